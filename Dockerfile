# docker build -t concord . && docker run --rm -v "$PWD:/work" concord start reports
FROM rust:1-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv
WORKDIR /src
COPY . .
RUN .ci/release

FROM debian:bookworm-slim
COPY --from=build /src/dist/*.deb /tmp/
RUN dpkg -i /tmp/*.deb && rm /tmp/*.deb
# An index and a cache are written as the user who runs the container.
ENV HOME=/tmp
WORKDIR /work
USER 1000
ENTRYPOINT ["concord"]
