/** One thing that a server answers to. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  handle(request: HttpRequest): Promise<HttpReply> | HttpReply;
}

interface HttpRequest {
  readonly query: URLSearchParams;
  /** The whole body; empty for what has none. */
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly type: 'application/json' | 'text/plain; version=0.0.4' | 'text/plain';
  readonly body: string;
}

export function json(status: number, value: unknown): HttpReply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

export function plain(status: number, text: string): HttpReply {
  return { status, type: 'text/plain', body: `${text}\n` };
}
