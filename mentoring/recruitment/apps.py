"""App configuration."""

from django.apps import AppConfig


class RecruitmentConfig(AppConfig):
    name = "mentoring.recruitment"
