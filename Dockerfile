# Two images: `--target operator` and `--target trainer`. The base needs Python 3.11 or newer with venv, and certificates.
ARG BASE_IMAGE=python:3.12-slim-bookworm

# What comes from outside is in layers of its own, which a change of our code leaves alone.
FROM ${BASE_IMAGE} AS tools
RUN python3 -m venv /tools && python3 -m venv --without-pip /opt/transferjob
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

FROM tools AS operator-libraries
COPY images/operator.lock /tmp/
RUN /tools/bin/pip --python /opt/transferjob/bin/python install --quiet --no-compile --require-hashes -r /tmp/operator.lock

FROM tools AS trainer-libraries
ARG TRAINER_LOCK=images/trainer.lock
COPY ${TRAINER_LOCK} /tmp/trainer.lock
# Compiled, other than the operator's: nothing can be written at run time, and TensorFlow's sources take long while a GPU waits.
RUN /tools/bin/pip --python /opt/transferjob/bin/python install --quiet --require-hashes -r /tmp/trainer.lock

FROM tools AS project
COPY images/build.lock /tmp/
RUN /tools/bin/pip install --quiet --require-hashes -r /tmp/build.lock
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY operator/src operator/src
COPY trainer/src trainer/src
# Installed by the environment's own Python, so that the commands name it; a folder apart, so that it is a small layer.
RUN /tools/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /tools/bin/pip --python /opt/transferjob/bin/python install --quiet --no-deps --no-compile --prefix /project /wheel/*.whl \
 && /opt/transferjob/bin/python -m compileall -q /project

FROM ${BASE_IMAGE} AS base
ENV PATH=/opt/transferjob/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
LABEL org.opencontainers.image.licenses=Apache-2.0 org.opencontainers.image.vendor=transferjob
# Any other user works as well: nothing of the image is written to.
USER 65532:65532
WORKDIR /tmp

FROM base AS operator
COPY --from=operator-libraries /opt/transferjob /opt/transferjob
COPY --from=project /project /opt/transferjob
ARG COMMIT=unknown
ENV TRANSFERJOB_COMMIT=${COMMIT}
LABEL org.opencontainers.image.title=transferjob-operator org.opencontainers.image.revision=${COMMIT}
ENTRYPOINT ["transferjob-operator"]

FROM base AS trainer
COPY --from=trainer-libraries /opt/transferjob /opt/transferjob
COPY --from=project /project /opt/transferjob
ARG COMMIT=unknown
ENV TRANSFERJOB_COMMIT=${COMMIT} KERAS_HOME=/tmp/keras XDG_CACHE_HOME=/tmp/cache MPLCONFIGDIR=/tmp/matplotlib
LABEL org.opencontainers.image.title=transferjob-trainer org.opencontainers.image.revision=${COMMIT}
ENTRYPOINT ["python", "-m", "transferjob_trainer"]
