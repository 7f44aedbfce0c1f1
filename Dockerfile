# One image for every service: the command says which (docker-compose.yml). It needs a Postgres by DATABASE_URL.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY apps apps
COPY libs libs
RUN npm run build && rm -rf dist/libs/testing dist/.tsbuildinfo

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the binaries of an embedded Postgres and of another Node.
RUN npm ci --omit=dev --omit=optional

FROM node:24-slim
ENV NODE_ENV=production TZ=UTC AFTERCLICK_DATA=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY bin bin
COPY library library
USER node
VOLUME /data
EXPOSE 8080
CMD ["node", "bin/afterclick.mjs", "--help"]
