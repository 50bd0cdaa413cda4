/** A place where a program finds out who it is. Each is one file, listed in `index.ts`. */
export interface TokenProvider {
  readonly name: string;
  /** An identity token (JWT) for the audience; nothing where this is not the place. */
  token(environment: Environment, audience: string): Promise<string | undefined>;
}

export type Environment = Readonly<Record<string, string | undefined>>;
