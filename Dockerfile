# syntax=docker/dockerfile:1
# The image holds the program, the certificates that it trusts, and licences: no shell, no packages. Only the build
# uses an image of others. docs/operations.md says how to pin it by its digest.
ARG GO_IMAGE=golang:1.26-bookworm
FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=development
ARG REVISION=unknown
ARG TARGETOS
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X catbot/cli.version=${VERSION} -X catbot/cli.revision=${REVISION}" -o /catbot .

FROM scratch
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="catbot" \
      org.opencontainers.image.description="Which ISPs fail, where, and why, from Tencent Cloud CAT's probes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY LICENSE THIRD_PARTY_NOTICES /
COPY --from=build /catbot /catbot
ENV HTTP_ADDR=:8080
EXPOSE 8080
USER 65532:65532
# catbot asks itself: there is no shell and no curl.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s CMD ["/catbot", "health"]
ENTRYPOINT ["/catbot"]
