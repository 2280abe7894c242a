"""Settings of one code base in two settings: embedded (SQLite, no server) and production.

Everything that differs comes from the environment; ``docker-compose.yml`` passes each
variable read here, and a test holds the two together.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from mentoring import identity
from mentoring.secrets import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
# An empty installation asks whose it is: anybody on this machine while DEBUG is on, else who has the code.
SETUP_CODE = env.str("SETUP_CODE", default="")
SETUP_IS_OPEN = DEBUG
DEMO_DOORS = DEBUG  # one-tap sign-in as the demo's people; nothing else can open them
DATA_DIR = Path(env.str("MENTORING_DATA", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)
# Closes the site, as `manage.py maintenance on` does without a restart.
MAINTENANCE = env.bool("MAINTENANCE", default=False)
START_EMPTY = env.bool("MENTORING_EMPTY", default=False)

# Embedded keeps its secrets beside its data; production must be given them.
EMBEDDED = env.str("DATABASE_URL", default="sqlite:").startswith("sqlite:")
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(DATA_DIR, "secret-key", make=EMBEDDED)
KEYS = env.str("MENTORING_FIELD_KEYS", default="") or kept_secret(DATA_DIR, "field-keys", make=EMBEDDED)
FIELD_KEYS = KEYS.split(",")
if not SECRET_KEY or not KEYS:
    raise ImproperlyConfigured("Production must be given SECRET_KEY and MENTORING_FIELD_KEYS.")
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "accounts",
    "schemes",
    "mentoring.lib",
    "mentoring.messaging",
    "mentoring.federation",
    "mentoring.credentials",
    "mentoring.participation",
    "mentoring.events",
    "mentoring.recruitment",
    "mentoring.training",
    "mentoring.agreements",
    "mentoring.matching",
    "mentoring.confidences",
    "mentoring.contacts",
    "mentoring.concerns",
    "mentoring.support",
    "mentoring.safeguarding",
    "mentoring.nudges",
    "mentoring.protection",
    "mentoring.announcements",
    "mentoring.portal",
    "mentoring.console",
    "mentoring.demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
]

MIDDLEWARE = [
    "mentoring.logs.Requests",
    # Headers first: an error in what comes later has them too.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.ReadableAddresses",
    "accounts.middleware.KnownMethods",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads its answers by chance, so that their length tells no secret
    "mentoring.lib.maintenance.Maintenance",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.OwnLanguage",
    "accounts.middleware.SignInFirst",
    "accounts.middleware.LocalTime",
    "accounts.middleware.PrivatePages",
    "schemes.middleware.SecondStep",
    "django.contrib.messages.middleware.MessageMiddleware",
    "schemes.middleware.SessionLimits",
    "mentoring.participation.middleware.TheirWords",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.OwnRefusals",
]

ROOT_URLCONF = "mentoring.urls"
WSGI_APPLICATION = "mentoring.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mentoring.shell.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Databases. SQLite takes its write lock at BEGIN: without IMMEDIATE, concurrent writers fail.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'mentoring.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # Compiling a query to machine code takes longer than any of ours takes to run.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits live in the cache, so production shares one between processes.
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": DATA_DIR / "cache",
        }
    )
}

# Celery. The database is the queue: the broker only says "look now" and may lose anything.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=f"sqla+sqlite:///{DATA_DIR / 'broker.sqlite3'}")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300} if "redis" in CELERY_BROKER_URL else {}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TIMEZONE = "Europe/London"

# People and sign-in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "mentoring.federation.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # the password is optional: a code signs in as well
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.NameForm"
ACCOUNT_FORMS = {"signup": "accounts.sign_up.SignUpForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Whoever works with other people's details must have a second step; a workshop of one may do without.
SECOND_STEP_DEMANDED = env.bool("SECOND_STEP_DEMANDED", default=not DEBUG)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ADAPTER = "mentoring.credentials.adapters.MFAAdapter"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_FORMS = {
    "activate_totp": "accounts.forms.ActivateAppForm",
    "add_webauthn": "accounts.forms.AddKeyForm",
    "edit_webauthn": "accounts.forms.EditKeyForm",
}
MFA_TOTP_ISSUER = "Peer mentoring"

# The universities' own sign-in: described in a file beside the data, its secrets in the environment (docs/sign-in.md).
SIGN_IN_FILE = Path(env.str("SIGN_IN_FILE", default=str(DATA_DIR / identity.CALLED)))
try:
    SIGN_IN_PROVIDERS = identity.read(SIGN_IN_FILE, identity.secrets_from(env.str("SIGN_IN_SECRETS", default="")))
except identity.Unreadable as error:
    raise ImproperlyConfigured(str(error)) from error
SOCIALACCOUNT_PROVIDERS = identity.allauth_apps(SIGN_IN_PROVIDERS)
SOCIALACCOUNT_ADAPTER = "mentoring.federation.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # addresses join people by our own rules alone
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
# How long one stays signed in. Who works with other people's details: less long, and not while away.
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
STAFF_SESSION_HOURS = env.int("STAFF_SESSION_HOURS", default=8)
SESSION_HOURS = env.int("SESSION_HOURS", default=24)

# Mail. Without a relay, messages are laid down as files under DATA_DIR/mail.
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
# A Postfix log that we may read settles what a broken connection left uncertain; else nobody can tell.
MAIL_RELAY_LOG = env.str("MAIL_RELAY_LOG", default="")
MAIL_RELAY_DATA_TIMEOUT = env.int("MAIL_RELAY_DATA_TIMEOUT", default=300)  # seconds; Postfix: smtpd_timeout
# What the institution's mail system shows when it reports bounces by HTTP; empty closes that door.
MAIL_HOOK_SECRET = env.str("MAIL_HOOK_SECRET", default="")
# Where the daily anchor of the audit trail is mailed: a mailbox that this machine's keepers cannot empty.
AUDIT_ANCHOR_EMAIL = env.str("AUDIT_ANCHOR_EMAIL", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="peer-mentoring@localhost")

# Language, time.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("cy", _("Welsh"))]
LANGUAGE_COOKIE_NAME = "language" if DEBUG else "__Host-language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not DEBUG
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"

# Files.
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str((DATA_DIR if DEBUG else BASE_DIR) / "staticfiles"))
if DEBUG:  # served straight from static/; WhiteNoise still wants the folder to be there
    Path(STATIC_ROOT).mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "uploads")},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

# Hardening.
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 0 if DEBUG else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
# Not "no-referrer": browsers then send "Origin: null" and Django refuses every form.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_NAME = "sessionid" if DEBUG else "__Host-sessionid"
# A mark by which a form that comes after its session's end is given back to its person alone.
LAST_PERSON_COOKIE_NAME = "lastperson" if DEBUG else "__Host-lastperson"
SESSION_COOKIE_AGE = 3600 * max(SESSION_HOURS, STAFF_SESSION_HOURS)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script needs it
CSRF_COOKIE_NAME = "csrftoken" if DEBUG else "__Host-csrftoken"
CSRF_FAILURE_VIEW = "mentoring.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # A browser follows a form to where it is led: to the universities' own sign-in.
        "form-action": [SELF, *(place for each in SIGN_IN_PROVIDERS for place in each.places)],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "mentoring.logs.WithoutTokens"}},
    "formatters": {"line": {"()": "mentoring.logs.ReadableLine" if DEBUG else "mentoring.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Without Django's own handlers: one of them would mail an error's particulars to administrators.
        "django": {"handlers": [], "level": "INFO"},
        # What was not found is one line of the request; only its own failures are told by path.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "WARNING"},
    },
}
