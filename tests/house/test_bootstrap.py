def test_x(now,clock, db):
    import datetime
    assert datetime.datetime.now(datetime.UTC)==now
