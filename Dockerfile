# One image for web, worker and beat; docker-compose.yml says which is which.
FROM python:3.13-slim AS packages
COPY requirements.txt /
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.txt

FROM python:3.13-slim
ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MENTORING_NO_VENV=1 \
    MENTORING_DATA=/data \
    STATIC_ROOT=/app/staticfiles \
    DJANGO_SETTINGS_MODULE=mentoring.settings
RUN useradd --system --uid 10001 --home-dir /app --no-create-home mentoring \
    && install --directory --owner mentoring /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# The secrets of this one command are made up on the spot and thrown away with its folder.
RUN MENTORING_DATA=/build python manage.py collectstatic --no-input && rm -r /build
USER mentoring
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "mentoring.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--logger-class", "mentoring.server_log.ServerLog"]
