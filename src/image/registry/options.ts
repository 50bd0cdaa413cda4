/** How registries are talked to; what the environment and `docker login` leave for us is found at the edge. */
export interface RegistryOptions {
  /** Where the credentials of `docker login` and of credential helpers are: the folder of docker's `config.json`. */
  readonly dockerConfig?: string;
  /** Certificates that are trusted besides the system's, as PEM text. */
  readonly ca?: string;
  /** Skip the check of certificates, and allow plain HTTP, for these hosts; `*` means all. */
  readonly insecure?: readonly string[];
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and their lower-case forms. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a registry may be silent before the request is given up. */
  readonly timeout?: number;
}
