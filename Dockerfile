# One image for `leadkeep migrate`, `leadkeep gateway` and `leadkeep worker` (compose.gpu.yaml). vLLM is another image.

FROM python:3.11.14-slim-bookworm AS build
# A mirror, and the index or page of links that has PyTorch's CPU wheels; pip reads them from its environment.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_FIND_LINKS
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /app/venv
ENV PATH=/app/venv/bin:$PATH
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY appliance appliance
COPY gateway gateway
COPY ui ui
COPY worker worker
COPY guard guard
COPY inference inference
COPY models models
RUN pip install --no-deps --no-build-isolation --no-index .
# The lock also holds the tools of development; the image keeps what runs.
RUN pip uninstall --yes asgi-lifespan djlint hypothesis import-linter mypy playwright pre-commit pytest \
    pytest-asyncio pytest-randomly pytest-socket pytest-timeout ruff syrupy types-jsonschema types-PyYAML
RUN leadkeep --help > /dev/null

FROM python:3.11.14-slim-bookworm
RUN groupadd --gid 10001 leadkeep \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin leadkeep
COPY --from=build /app/venv /app/venv
COPY campaigns /app/campaigns
# COPY keeps modes, and a checkout made under umask 077 is closed to the account below.
RUN chmod -R a+rX /app/campaigns
ENV PATH=/app/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    TRANSFORMERS_OFFLINE=1 \
    DO_NOT_TRACK=1
WORKDIR /app
USER 10001:10001
EXPOSE 8321
ENTRYPOINT ["leadkeep"]
CMD ["--help"]
