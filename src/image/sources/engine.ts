import { existsSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { messageOf } from '#kit/error.ts';
import { archiveFiles } from '#image/archive.ts';
import { imageError } from '#image/errors.ts';
import { spool } from '#kit/spool.ts';
import { openDockerArchive } from './docker-archive.ts';
import type { Source, SourceOptions } from './source.ts';

/** `docker:NAME`: an image of the local Docker engine, by name or id. */
export const docker: Source = {
  open: (name, options) => openFromEngine('docker', name, options),
};

/** `podman:NAME`: the same of Podman, whose service speaks Docker's API. */
export const podman: Source = {
  open: (name, options) => openFromEngine('podman', name, options),
};

type Engine = 'docker' | 'podman';

/** Has the engine save the image (Docker Engine API, `GET /images/{name}/get`) and opens the archive that comes. */
async function openFromEngine(engine: Engine, name: string, { platform, environment }: SourceOptions) {
  const socketPath = findSocket(engine, environment);
  const answer = await get(engine, socketPath, `/v1.24/images/${encodeURIComponent(name)}/get`);
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw answer.statusCode === 404
      ? imageError('image-not-found', `${engine} has no image ${name}`, {
          hint: `${engine} pull ${name}, or scan it by its reference`,
        })
      : imageError('engine-unreachable', `${engine} answered ${answer.statusCode} for ${name}`);
  }
  // A stream of bytes without an encoding yields buffers.
  const files = await archiveFiles(await spool(answer as AsyncIterable<Buffer>));
  return openDockerArchive(`${engine}:${name}`, files, undefined, platform);
}

function get(engine: Engine, socketPath: string, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers: { host: engine } }, resolve);
    sent.on('error', (error) => {
      reject(
        imageError('engine-unreachable', `${engine} does not answer at ${socketPath}: ${messageOf(error)}`, {
          hint: `is ${engine} running, and may you use its socket?`,
        }),
      );
    });
    sent.end();
  });
}

/** Where the engine's socket is, by the environment or at its usual places. */
function findSocket(engine: Engine, environment: SourceOptions['environment']): string {
  const host = environment[engine === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST'];
  if (host !== undefined && host !== '') {
    if (host.startsWith('unix://')) return host.slice('unix://'.length);
    throw imageError('engine-unreachable', `${host} is not a local socket`, {
      hint: 'save the image there, and scan the archive',
    });
  }
  const runtime = environment['XDG_RUNTIME_DIR'] ?? '/run';
  const home = environment['HOME'] ?? '';
  const places =
    engine === 'docker'
      ? ['/var/run/docker.sock', `${runtime}/docker.sock`, `${home}/.docker/run/docker.sock`]
      : [`${runtime}/podman/podman.sock`, '/run/podman/podman.sock'];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw imageError('engine-unreachable', `${engine} is not here: none of ${places.join(', ')} exists`, {
    hint: `start ${engine}, or scan the image by its reference`,
  });
}
