# Two images from one build: docker build --target api . and docker build --target worker .
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-slim AS runtime
# Work files go to /work and exports to /exports: nothing else is written, so the root file system can be read-only.
ENV NODE_ENV=production TMPDIR=/work EXPORT_DIR=/exports
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist/apps ./dist/apps
COPY --from=build /app/dist/libs ./dist/libs
COPY package.json LICENSE ./
RUN mkdir -p /work /exports && chown node:node /work /exports
USER node
# Node itself is process 1: it handles SIGTERM and reaps what it starts.
STOPSIGNAL SIGTERM

FROM runtime AS api
ENV API_HOST=0.0.0.0 API_PORT=8000
EXPOSE 8000
# Whether the process answers: a database that is away is no reason to start it anew.
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.API_PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/api/src/main.js"]

FROM runtime AS worker
ENV WORKER_HEALTH_PORT=8001
EXPOSE 8001
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_HEALTH_PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/worker/src/main.js"]
