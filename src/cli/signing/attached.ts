import type { Attached } from '#signatures/sign/attach.ts';

/** What was put beside one image. */
export interface AttachedTo {
  readonly reference: string;
  readonly attached: readonly Attached[];
}

/** For a person: what was done to an image, and which manifests have it now. */
export function describeAttached(done: string, { reference, attached }: AttachedTo): string {
  const lines = attached.map(({ format, manifest, wasThere }) => {
    return `  ${format.padEnd(8)}  ${manifest}${wasThere ? '  was there already' : ''}\n`;
  });
  return `${done} ${reference}\n${lines.join('')}`;
}
