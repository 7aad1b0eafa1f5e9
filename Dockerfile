# Amends as an image: nobody's user but its own, and nothing it must write outside /data and /tmp.
# Built and run by compose.yml; compose.rasa.yml puts a Rasa beside it, whose training files go to /project.
FROM python:3.11-slim AS built
ARG UV=0.13.9
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1
WORKDIR /amends
RUN python -m venv /opt/amends && pip install "uv==${UV}"
COPY pyproject.toml README.md requirements.lock ./
COPY bot bot
COPY complaints complaints
COPY dialogs dialogs
COPY engine engine
COPY handlers handlers
COPY staff staff
COPY storage storage
# The versions of the lock, each held to its hash.
RUN uv pip install --python /opt/amends/bin/python --constraints requirements.lock --compile-bytecode .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin amends \
  && install --directory --owner amends --group amends --mode 0700 /data /project
COPY --from=built /opt/amends /opt/amends
COPY rasa /opt/amends/share/rasa
ENV PATH=/opt/amends/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AMENDS_DATA_DIR=/data \
    AMENDS_HOST=0.0.0.0 \
    AMENDS_PORT=8080
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=300s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['AMENDS_PORT']}/readyz\", timeout=4)"]
CMD ["amends", "serve"]
