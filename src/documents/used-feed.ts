import type { UsedFeed } from '#findings/finding.ts';

/** A feed as it may be shown to anyone: addresses of private mirrors can hold passwords and signed queries. */
export function publicFeed(used: UsedFeed): UsedFeed {
  return { ...used, source: withoutSecrets(used.source) };
}

function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}
