"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import path

from mentoring.matching.views import about, comparing, drafts, mine, publishing, runs, swaps, trials

app_name = "matching"

urlpatterns = [
    path("admin/matching/", runs.drafts, name="drafts"),
    path("admin/matching/start/", runs.start, name="start"),
    path("admin/matching/compare/", comparing.compare, name="compare"),
    path("admin/matching/<int:pk>/", runs.draft, name="draft"),
    path("admin/matching/<int:pk>/again/", runs.again, name="again"),
    path("admin/matching/<int:pk>/cancel/", runs.cancel, name="cancel"),
    path("admin/matching/<int:pk>/discard/", runs.discard, name="discard"),
    path("admin/matching/<int:pk>/beside/", runs.beside, name="beside"),
    path("admin/matching/<int:pk>/keep/", drafts.keep_many, name="keep_many"),
    path("admin/matching/<int:pk>/moves/<int:move>/undo/", drafts.undo_move, name="undo_move"),
    path("admin/matching/<int:pk>/about/", about.about, name="about"),
    path("admin/matching/<int:pk>/about/repeat/", about.repeat, name="repeat"),
    path("admin/matching/<int:pk>/fairness/", about.fairness, name="fairness"),
    path("admin/matching/<int:pk>/fairness/shuffle/", about.shuffle, name="shuffle"),
    path("admin/matching/<int:pk>/what-if/", trials.what_if, name="what_if"),
    path("admin/matching/<int:pk>/what-if/<int:trial>/", trials.trial, name="trial"),
    path("admin/matching/<int:pk>/what-if/<int:trial>/cancel/", trials.cancel, name="trial_cancel"),
    path("admin/matching/<int:pk>/what-if/<int:trial>/delete/", trials.delete, name="trial_delete"),
    path("admin/matching/<int:pk>/publish/", publishing.publish, name="publish"),
    path("admin/matching/<int:pk>/unpublish/", publishing.unpublish, name="unpublish"),
    path("admin/matching/<int:pk>/students/<int:proposal>/", drafts.student, name="student"),
    path("admin/matching/<int:pk>/students/<int:proposal>/cost/", drafts.cost, name="cost"),
    path("admin/matching/<int:pk>/students/<int:proposal>/room/", drafts.room, name="room"),
    path("admin/matching/<int:pk>/students/<int:proposal>/move/", drafts.move, name="move"),
    path("admin/matching/<int:pk>/students/<int:proposal>/keep/", drafts.keep, name="keep"),
    path("admin/matching/<int:pk>/groups/<int:mentor>/keep/", drafts.keep_group, name="keep_group"),
    path("admin/swaps/", swaps.swaps, name="swaps"),
    # Not by its number: a gap would tell somebody of a wish that leaves them out.
    path("admin/swaps/<uuid:public_key>/", swaps.swap, name="swap"),
    path("admin/swaps/<uuid:public_key>/choose/", swaps.choose, name="choose"),
    path("admin/swaps/open/<int:match>/", swaps.swap_open, name="swap_open"),
    path("admin/swaps/students/<int:pk>/", swaps.place_student, name="place"),
    path("admin/swaps/groups/<int:mentor>/", swaps.rehome, name="rehome"),
    path("my/different-mentor/", mine.swap_ask, name="swap_ask"),
    path("my/different-mentor/keep/", mine.swap_withdraw, name="swap_withdraw"),
    path("l/swap/<str:token>/", mine.swap_link, name="swap_link"),
    path("l/swap/<str:token>/keep/", mine.swap_link_withdraw, name="swap_link_withdraw"),
]
