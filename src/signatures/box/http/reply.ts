/** What a service answers: the body and its type, or why not. */
export type Reply =
  | { readonly status: 200 | 201; readonly json: unknown; readonly headers?: Headers }
  | { readonly status: 200 | 201; readonly bytes: Buffer; readonly type: string }
  | { readonly status: 400 | 401 | 404 | 409; readonly message: string; readonly headers?: Headers };

type Headers = Readonly<Record<string, string>>;

/** A refusal because of what was asked. */
export function badRequest(message: string): Reply {
  return { status: 400, message };
}

/** Writes an answer; refusals have the shape that Fulcio and Rekor share, a code and a message. */
export function responseOf(reply: Reply): Response {
  if ('bytes' in reply) {
    return new Response(new Uint8Array(reply.bytes), { status: reply.status, headers: { 'content-type': reply.type } });
  }
  const body = 'json' in reply ? reply.json : { code: reply.status, message: reply.message };
  return Response.json(body, { status: reply.status, headers: { ...reply.headers } });
}
