"""One settings file. Machines differ by environment variables; a missing one stops the start."""

import socket
import tomllib
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue
from redis.backoff import NoBackoff
from redis.retry import Retry

from program996.api_settings import rest_framework, spectacular
from program996.content_policy import content_policy
from program996.databases import KEEPALIVE, SHORT, databases
from program996.identity import PROVIDER_ID, read_identity
from program996.logs import json_logging
from program996.rules import *  # noqa: F403
from program996.security_level import read_level

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
# The programme as data. A folder of another programme lies over this one: what it has not is taken from here.
OWN_FACTS = BASE_DIR / "fixtures"
FACTS = Path(env("FACTS", default=str(OWN_FACTS)))

VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]  # told by /healthz

# --- the machine ----------------------------------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Of tokens of the API: one of their own, or SECRET_KEY. Former ones read what they wrote, as those of SECRET_KEY do.
TOKEN_PEPPER = env("TOKEN_PEPPER", default="")
TOKEN_PEPPER_FALLBACKS = env.list("TOKEN_PEPPER_FALLBACKS", default=[])
DEBUG = False
SITE_URL = env("SITE_URL").rstrip("/")
PROCESS = env("PROCESS", default="manage")  # web, worker, relay, beat or a command: decides the time-outs only
_site = environ.urlparse(SITE_URL)
HTTPS = _site.scheme == "https"
# A portal of this machine alone is the same by each of the machine's own names.
_own = ["127.0.0.1", "localhost", "[::1]"] if _site.hostname in {"127.0.0.1", "localhost", "::1"} else [_site.hostname]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=_own)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# A base for trials may stand at a later day (`load_demo --full`). What is written for good has the day that it is.
CLOCK_DAYS_AHEAD = env.int("CLOCK_DAYS_AHEAD", default=0)
if CLOCK_DAYS_AHEAD and HTTPS:
    raise ImproperlyConfigured("CLOCK_DAYS_AHEAD is for trials on one machine: unset it, or use a plain http SITE_URL")

# Whom people ask: the programme office's metrology department has its name from its record, these from its own papers.
SUPPORT_PHONE, SUPPORT_EMAIL = env("SUPPORT_PHONE", default=""), env("SUPPORT_EMAIL", default="")
SUPPORT_HOURS = env("SUPPORT_HOURS", default="")  # «8 giờ đến 17 giờ, ngày làm việc»

# --- apps: lowest last, as the layers in pyproject.toml have it -------------------------------------------------------
INSTALLED_APPS = [
    "apps.public",
    "apps.help",
    "apps.dashboard",
    "apps.handover",
    "apps.publications",
    "apps.reports",
    "apps.allocations",
    "apps.progress",
    "apps.funding",
    "apps.activities",
    "apps.tasks",
    "apps.labs",
    "apps.plans",
    "apps.enterprises",
    "apps.training",
    "apps.registers",
    "apps.framework",
    "apps.targets",
    "apps.exchange",
    "apps.reorganisations",
    "apps.webhooks",
    "apps.apidocs",
    "apps.feedback",
    "apps.upkeep",
    "apps.people",
    "apps.organisations",
    "apps.notifications",
    "apps.documents",
    "apps.jobs",
    "apps.accounts",
    "apps.audit",
    "apps.papers",
    "apps.core",
    "program996",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "pghistory",
    "pgtrigger",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]
MIDDLEWARE = [
    "apps.core.middleware.RequestIdMiddleware",
    "apps.core.wall.WallMiddleware",
    "apps.core.middleware.AnyHostMiddleware",
    "apps.core.plain_http.PlainHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "apps.core.headers.BrowserFeaturesMiddleware",
    "csp.middleware.CSPMiddleware",  # before WhiteNoise, whose pictures can be opened as pages
    "apps.core.staticfiles.StaticFilesMiddleware",  # answers before the next one: its files are compressed already
    "apps.core.middleware.CompressionMiddleware",
    "apps.core.openly.OpenMiddleware",
    "apps.core.bearer.BearerMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.core.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.audit.middleware.RefusalMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "apps.accounts.middleware.SlidingSessionMiddleware",
    "apps.people.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.core.middleware.PrivatePageMiddleware",
    "axes.middleware.AxesMiddleware",
    "apps.core.methods.PageMethodsMiddleware",
    "apps.core.middleware.LimitMiddleware",
    "apps.jobs.middleware.LargeExportMiddleware",
    "apps.core.reading.ReplicaMiddleware",  # takes itself out where there is no replica
]
# Everybody may read what lies at and below OPEN_PATHS; the other two pages are other ones for who is signed in.
OPEN_TO_STRANGERS = ("/", "/documents/")
OPEN_PATHS = (
    *("/api/v1/public/", "/provinces/", "/open-data/", "/about/", "/accessibility/", "/share/", "/help/"),
    "/feedback/",
)
ROOT_URLCONF = "program996.urls"
WSGI_APPLICATION = "program996.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.dashboard.context.shell",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials", "apps.core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database: one engine everywhere --------------------------------------------------------------------------------
DATABASES = databases(env.db_url("DATABASE_URL"), env("DATABASE_REPLICA_URL", default=""), PROCESS)
DATABASE_ROUTERS = ["apps.core.reading.Router"] if len(DATABASES) > 1 else []
# Of whom reads may be answered by a replica, beside files of lists: the API, the dashboard, the pages of targets.
READ_FROM_REPLICA = ("/api/v1/", "/dashboard/", "/targets/", "/publications/")
READ_FROM_PRIMARY = ("/api/v1/changes/", "/api/v1/jobs/")

# --- Valkey: broker rings the bell, cache forgets; neither holds anything that matters ------------------------------
CELERY_BROKER_URL = env("CELERY_BROKER_URL")  # or several between semicolons: every bell is rung at each of them
# redis-py 8 retries for seconds by default; a page must not wait for a hung cache.
_patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("REDIS_URL"),
        "OPTIONS": {"serializer": "apps.core.cached.JSONSerializer", **_patience},
    }
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # safe only with the attempts column of the job row
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1200,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    # Else who listens at a host that was cut off would wait for hours.
    "socket_keepalive_options": {
        getattr(socket, name): value for name, value in KEEPALIVE.items() if hasattr(socket, name)
    },
}
if PROCESS in SHORT:
    # Who publishes must give up quickly; a worker that waits for messages must not.
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 1}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5.0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False  # mails of `make run` are printed whole; the log would hide their links
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None  # results live in the job row
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"

JOBS_QUEUES = ["quick", "import", "report", "mail", "webhook"]
# Named here, so that a worker without -Q takes from all of them. Each needs its own routing key: with Celery's default
# one a message would land in all of them.
CELERY_TASK_QUEUES = [Queue(name, Exchange("jobs"), routing_key=name) for name in JOBS_QUEUES]
JOBS_STALE_SECONDS = env.int("JOBS_STALE_SECONDS", default=120)  # claimed, no heartbeat, not locked: a hung worker's
JOBS_SWEEP_SECONDS = env.int("JOBS_SWEEP_SECONDS", default=5)  # so long a dead worker's job waits to be seen
JOBS_LEAD_SECONDS = env.int("JOBS_LEAD_SECONDS", default=30)  # a relay or beat that hangs so long leads no more
JOBS_REPUBLISH_SECONDS = env.int("JOBS_REPUBLISH_SECONDS", default=60)
JOBS_UNIT_CAP = 4  # running jobs of one unit in one queue, so that nobody waits behind one unit's uploads

# Running at once in one queue, whoever asked: what waits for others' machines leaves a worker to everybody else.
JOBS_QUEUE_CAPS = {"webhook": 1}

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "apps.people.backends.MembershipBackend",
    "apps.accounts.backends.SignInBackend",
]
PASSWORD_HASHERS = [
    "apps.accounts.hashers.PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "apps.people.passwords.LengthValidator"},
    {"NAME": "apps.accounts.passwords.OwnWordsValidator"},
    {"NAME": "apps.accounts.passwords.GuessableValidator"},
    {"NAME": "apps.people.passwords.UnitWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "apps.notifications.adapter.MailAdapter"
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.SignInForm",
    "reauthenticate": "apps.accounts.forms.PasswordAgainForm",
    "change_password": "apps.people.password_forms.OwnPasswordAndTokensForm",
    "reset_password": "apps.notifications.forms.ResetRequestForm",
    "reset_password_from_key": "apps.people.password_forms.NewPasswordAndTokensForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is vouched for by whoever invites
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # the answer on the page is the same for known and unknown addresses
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Đề án 996] "
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_RATE_LIMITS = False  # they live in the cache, which may hang; django-axes counts in the database
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "apps.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "apps.accounts.forms.CodeForm",
    "reauthenticate": "apps.accounts.forms.CodeAgainForm",
    "activate_totp": "apps.accounts.forms.AppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address that waits for its confirmation is no reason against a factor
MFA_TOTP_ISSUER = "Đề án 996"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
DORMANT_DAYS = 45  # an account that nobody signs in to for so long is closed; whoever administers it opens it again
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # wants the address counted too; whole offices share one, so the account counts
AXES_USERNAME_CALLABLE = "apps.accounts.lockout.account_tried"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else whoever keeps trying locks a colleague out for good
AXES_HANDLER = "apps.accounts.lockout.SignInLimits"
AXES_CLIENT_IP_CALLABLE = "apps.core.clients.client_network"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]  # not to be kept with a failure
PROXY_COUNT = env.int("PROXY_COUNT", default=0)  # ours, in front; what a client claims beyond them is not read
# Failures of all accounts within AXES_COOLOFF_TIME from one address. A ministry of hundreds of people comes from one,
# and each may mistype; who guesses across accounts is held to 400 tries an hour.
SIGN_IN_FAILURES_PER_ADDRESS = 100
# Mails for a new password within an hour: nobody's mailbox is filled by strangers.
PASSWORD_RESETS_PER_ACCOUNT = 3
PASSWORD_RESETS_PER_ADDRESS = 30
# Likewise links to a new address of one's own (from one account, to one address), and invitations.
ADDRESS_LINKS_PER_ACCOUNT, ADDRESS_LINKS_PER_ADDRESS = 20, 5
INVITATIONS_PER_INVITER, INVITATIONS_PER_ADDRESS = 100, 10

# --- sign-in at a ministry's identity provider: off unless OIDC_SERVER_URL is set ------------------------------------
SOCIALACCOUNT_ADAPTER = "apps.accounts.oidc.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
_identity = read_identity(env)
OIDC_PROVIDER_ID = PROVIDER_ID
OIDC_SERVER_URL = _identity.server_url
OIDC_EMAIL_DOMAINS = _identity.email_domains
SOCIALACCOUNT_PROVIDERS = _identity.providers

# --- sessions, cookies, headers -------------------------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # in the cache a hung Valkey would stop every page
_level = read_level(env)
SECOND_FACTOR_FOR_ALL = _level.factor_for_all
SESSION_COOKIE_AGE, SESSION_ADMINISTRATORS_AGE = _level.idle, _level.idle_of_administrators
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=43_200)  # from sign-in, whatever is done
# Slides by SlidingSessionMiddleware, once a minute, so that reading does not write on every request.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS
HEALTH_PATHS = ("/healthz", "/readyz", "/metrics")  # asked by machines: by any name, and without TLS
SECURE_REDIRECT_EXEMPT = [rf"^{path.lstrip('/')}$" for path in HEALTH_PATHS]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if env.bool("BEHIND_PROXY", default=False):  # only where the proxy overwrites the header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "apps.dashboard.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = content_policy(form_targets=[_identity.origin])
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = [
    "apps.documents.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640

# --- files ----------------------------------------------------------------------------------------------------------
MEDIA_ROOT, STATIC_ROOT = env("MEDIA_ROOT"), env("STATIC_ROOT")
CLAMD_SOCKET = env("CLAMD_SOCKET", default="")  # a path, or host:port; empty: files are not looked through for malware
# Folders of files (PEM, DER): roots to which signatures are held, lists of revoked certificates. Nothing is fetched.
SIGNATURE_ROOTS = env("SIGNATURE_ROOTS", default="")
SIGNATURE_REVOCATION_LISTS = env("SIGNATURE_REVOCATION_LISTS", default="")
STATIC_URL = "static/"
_npm = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/inter", _npm / "@fontsource-variable/inter"),
    ("vendor/be-vietnam-pro", _npm / "@fontsource/be-vietnam-pro"),
]
PAPER_FONTS = _npm / "@expo-google-fonts/tinos"  # of papers that the portal prints; no browser is given them
STATICFILES_FINDERS = ["apps.core.staticfiles.ShippedFilesFinder", "apps.core.staticfiles.ShippedAppFilesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "apps.core.staticfiles.ManifestStorage"},
}

# --- the national reporting system: where published figures go; either one empty: nowhere -----------------------------
NATIONAL_REPORTING_URL = env("NATIONAL_REPORTING_URL", default="")
NATIONAL_REPORTING_KEY = env("NATIONAL_REPORTING_KEY", default="")

# --- backups: on where both stand; the processes of the portal itself know no more than that ------------------------
BACKUP_DIR, BACKUP_RECIPIENT = env("BACKUP_DIR", default=""), env("BACKUP_RECIPIENT", default="")
BACKUPS_ON = bool(BACKUP_DIR and BACKUP_RECIPIENT)
BACKUP_DATABASE_URL = env("BACKUP_DATABASE_URL", default="")
BACKUP_SPOOL = env("BACKUP_SPOOL", default="")  # where the log comes in before it is sealed
BACKUP_IDENTITY = env("BACKUP_IDENTITY", default="")  # the private key, where the drill may have it; better elsewhere

AUDIT_YEARS_AT_HAND = env.int("AUDIT_YEARS_AT_HAND", default=5)  # whole years before this one that no archive takes

# --- language -------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
# A programme's own words, where its folder has any, before those of the portal.
LOCALE_PATHS = [*filter(Path.is_dir, [FACTS / "locale"]), BASE_DIR / "program996/locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["program996.formats"]

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = rest_framework(env.int("PROXY_COUNT", default=0))
SPECTACULAR_SETTINGS = spectacular(SITE_URL)

# --- mail -----------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL")  # none but `make run` lets mails, and the links in them, go into a log
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="de-an-996@localhost")
EMAIL_TIMEOUT = 10

# --- logs -----------------------------------------------------------------------------------------------------------
LOGGING = json_logging(env("LOG_LEVEL", default="INFO"))
