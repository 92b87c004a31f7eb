"""Settings of every process. What differs between installations comes from the environment; secrets from files."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from ioc.conf.ways import sealed_way
from ioc.kernel.logs import FORMAT as LINE
from ioc.kernel.sealed_ways import is_here
from ioc.kernel.secretfiles import secret_text

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("IOC_DATA", ROOT / "var")).resolve()
ORIGIN = os.environ.get("IOC_ORIGIN", "http://127.0.0.1:8000")
HTTPS = ORIGIN.startswith("https://")
DEBUG = False
SECRET_KEY = secret_text(DATA / "secrets" / "django.key")
SEALING_KEY_FILE = DATA / "secrets" / "sealing.keys"
AUDIT_KEY_FILE = DATA / "secrets" / "audit.keys"
# Best copied to another machine too: see docs/guides/administration/audit.md.
AUDIT_CHECKPOINTS = Path(os.environ.get("IOC_AUDIT_CHECKPOINTS", DATA / "audit" / "checkpoints.jsonl"))
FILES_ROOT = DATA / "files"
OUTBOX_ROOT = DATA / "outbox"

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", urlsplit(ORIGIN).hostname or "localhost"]
ALLOWED_HOSTS += [name for name in os.environ.get("IOC_HOSTS", "").split(",") if name]
CSRF_TRUSTED_ORIGINS = [ORIGIN]
# The front server on the same machine says who the client is; nobody else is believed.
TRUSTED_PROXIES = [name for name in os.environ.get("IOC_TRUSTED_PROXIES", "").split(",") if name]

# Where the `live` process listens, for the health page; empty when it runs elsewhere.
LIVE_SOCKET = os.environ.get("IOC_LIVE_SOCKET", "")
# Where `ioc run` keeps process ids, for the health page; empty when something else looks after the processes.
RUN_ROOT = os.environ.get("IOC_RUN", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.syndication",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "django_cotton",
    "django_htmx",
    "django_vite",
    "ninja",
    "procrastinate.contrib.django",
    "ioc.kernel",
    "ioc.management",
    "ioc.notices",
    "ioc.onscene",
    "ioc.citizen",
    "ioc.officer",
]

MIDDLEWARE = [
    "ioc.kernel.metrics.counted",
    "django.middleware.security.SecurityMiddleware",
    "ioc.kernel.middleware.client_address",
    "ioc.kernel.middleware.content_policy",
    "ioc.kernel.middleware.known_methods",
    "ioc.kernel.browsers.host_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "ioc.kernel.middleware.origin_of_request",
    "ioc.kernel.browsers.nothing_kept",
    "ioc.management.sessions.Sessions",
    "ioc.management.middleware.actor",
    "ioc.management.middleware.second_factor",
    "ioc.management.middleware.open_to_officials",
    "ioc.kernel.middleware.problem_pages",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ioc.conf.urls"
WSGI_APPLICATION = "ioc.conf.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the sign-in package's own templates, which come earlier among the apps.
        "DIRS": [ROOT / "ioc" / "management" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "ioc.management.context.province",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "ioc.kernel.templatetags.ioc",
                "ioc.kernel.templatetags.forms",
            ],
        },
    }
]
COTTON_DIR = "components"

# Each thread keeps its connection: checking one out of a pool costs more than a small request does.
_url = urlsplit(os.environ.get("DATABASE_URL", "postgresql://postgres@/ioc"))
_asked = {name: unquote(value) for name, _is, value in (part.partition("=") for part in _url.query.split("&"))}
DATABASES = {
    "default": {
        "ENGINE": "ioc.kernel.postgresql",
        "NAME": unquote(_url.path.lstrip("/")) or "ioc",
        "USER": unquote(_url.username or ""),
        "PASSWORD": unquote(_url.password or ""),
        "HOST": _asked.get("host") or _url.hostname or "",
        "PORT": str(_url.port or ""),
        "OPTIONS": {
            **sealed_way(_asked.get("host") or _url.hostname or "", _asked),
            "server_side_binding": True,
            # Statements that come again are planned once a connection (do not put PgBouncer in between).
            "prepare_threshold": 5,
        },
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": os.environ.get("IOC_TEST_DATABASE")},
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# The longest that the rules of sessions can allow; what they do allow is a row (`ioc.management.sessions`).
SESSION_COOKIE_AGE = 60 * 60 * 24
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# Without `unsafe-*` and without other origins; a page that needs less says so itself.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data: blob:",
        "manifest-src 'self'",
        "media-src 'self' blob:",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "worker-src 'self'",
    )
)
FILE_UPLOAD_HANDLERS = [
    "ioc.kernel.uploads.LengthGuard",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# More than a form may keep, so that who sends too many is told so by the form.
DATA_UPLOAD_MAX_NUMBER_FILES = 30

AUTH_USER_MODEL = "management.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "ioc.management.passwords.Guidelines"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["ioc.conf.hashing.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
BREACHED_PASSWORDS = DATA / "passwords" / "breached.digests"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "ioc.management.adapters.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords meet the lock-out (below) first; this bounds guesses of the second factor. A whole office may share
# one address.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,10/900s/key"}
SOCIALACCOUNT_ADAPTER = "ioc.management.providers.ProvidersAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
MFA_ADAPTER = "ioc.management.adapters.SealedMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey is two factors in one: the device, and the finger or code that opens it.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_TOTP_ISSUER = "IOC"
MFA_TOTP_TOLERANCE = 1
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_USERNAME_CALLABLE = "ioc.management.adapters.name_entered"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "ioc.kernel.middleware.address_of"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = None

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "ioc" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "web" / "dist"] if (ROOT / "web" / "dist").exists() else []
DJANGO_VITE = {"default": {"manifest_path": ROOT / "web" / "dist" / "manifest.json", "dev_mode": False}}

EMAIL_BACKEND = os.environ.get("IOC_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = OUTBOX_ROOT / "email"
EMAIL_HOST = os.environ.get("IOC_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("IOC_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("IOC_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("IOC_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("IOC_EMAIL_TLS", "0" if is_here(EMAIL_HOST) else "1") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("IOC_EMAIL_FROM", "ioc@localhost")
# POSTs {"to", "text"} as JSON; without one, messages are written under the outbox folder.
SMS_GATEWAY_URL = os.environ.get("IOC_SMS_GATEWAY", "")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = None
TEST_RUNNER = "django.test.runner.DiscoverRunner"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"where": {"()": "ioc.kernel.logs.Where"}},
    "formatters": {"line": {"()": "ioc.kernel.logs.Line", "format": LINE, "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["where"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("IOC_LOG", "WARNING")},
}
