import type { Reach } from './guard.ts';

/**
 * How registries are talked to. What the environment and `docker login` leave for us is found through `environment`; without
 * it nothing is looked up and every registry is read without credentials, directly.
 */
export interface RegistryOptions {
  /** The folder of docker's `config.json`, if it alone shall be asked for credentials. */
  readonly dockerConfig?: string;
  /** Certificates that are trusted besides those that Node trusts, as PEM text. */
  readonly ca?: string;
  /** Where each registry may have a folder of its own certificates, as docker and podman have them; the first wins. */
  readonly certificateFolders?: readonly string[];
  /** Skip the check of certificates, and allow plain HTTP, for these hosts; `*` means all. */
  readonly insecure?: readonly string[];
  /**
   * `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and their lower-case forms; `HOME`, `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`,
   * `XDG_RUNTIME_DIR`, `XDG_CONFIG_HOME`; and what credential helpers get.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a registry may be silent before the request is given up. */
  readonly timeout?: number;
  /**
   * How far into the network the registry itself may lie: anywhere, if its name comes from whoever uses this program; where others
   * choose it, no further than they may reach.
   */
  readonly reach?: Reach;
  /** The texts of files like docker's `config.json`, which are asked before all that are found. */
  readonly credentials?: readonly string[];
}
