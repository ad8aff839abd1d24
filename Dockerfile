# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=development
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X catbot/cli.version=${VERSION}" -o /catbot .

# Static and without a shell: the program, and the certificates that it trusts.
FROM scratch
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="catbot" \
      org.opencontainers.image.description="Which ISPs fail, where, and why, from Tencent Cloud CAT's probes" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /catbot /catbot
ENV HTTP_ADDR=:8080
EXPOSE 8080
USER 65532:65532
# catbot asks itself: there is no shell and no curl.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s CMD ["/catbot", "health"]
ENTRYPOINT ["/catbot"]
