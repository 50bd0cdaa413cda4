import { createHash, createHmac } from 'node:crypto';

/** Who asks. */
export interface AwsCredentials {
  readonly id: string;
  readonly secret: string;
  /** Of credentials that last for a time only. */
  readonly session?: string;
}

export interface AwsRequest {
  readonly url: URL;
  readonly region: string;
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly now: Date;
}

/**
 * Signs a POST without a query as AWS wants it (Signature Version 4: canonical request, string to sign, derived key).
 * @returns all headers that are to be sent, but for `host`, which the client adds
 */
export function signForAws(request: AwsRequest, credentials: AwsCredentials): Readonly<Record<string, string>> {
  const { url, region, service, body } = request;
  // 20150830T123600Z
  const time = request.now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const date = time.slice(0, 8);
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time };
  if (credentials.session !== undefined) headers['x-amz-security-token'] = credentials.session;
  const signed = Object.entries({ ...headers, host: url.host }).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    'POST',
    url.pathname,
    '',
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${credentials.secret}`));
  const signature = hmac(key, text).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
