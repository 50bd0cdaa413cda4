/**
 * What a signature must have for a fault to be possible. A promise is needed where the version demands it or nothing else
 * tells the time of a certificate's use; a proof is needed from version 0.2 on.
 */
export type Part = 'certificate' | 'message' | 'log' | 'promise' | 'needed promise' | 'needed proof' | 'timestamp';

/**
 * The ways in which a signature of the box can be wrong: each spoils one thing and leaves all else as it should be.
 * `needs` lists the parts without which it cannot be, `is` says what a verifier meets.
 */
export const faults = {
  'no-sct': { needs: ['certificate'], is: 'no log has promised to register the certificate' },
  'wrong-sct': { needs: ['certificate'], is: 'the promise of the certificate log is forged' },
  'other-certificate-log': { needs: ['certificate'], is: 'the certificate log is not a trusted one' },
  'other-authority': { needs: ['certificate'], is: 'the authority is not a trusted one' },
  'other-certificate': { needs: ['certificate'], is: 'the certificate is for another key than the one that signed' },
  'wrong-purpose': { needs: ['certificate'], is: 'the certificate is not for signing code' },
  expired: { needs: ['certificate'], is: 'the certificate had expired when the signature was made' },
  'not-yet-valid': { needs: ['certificate'], is: 'the certificate became valid after the signature was made' },
  'wrong-signature': { needs: [], is: 'the signature is over other bytes' },
  'wrong-digest': { needs: ['message'], is: 'the bundle names the digest of another message' },
  'other-entry': { needs: ['log'], is: 'the log entry is of another signature by the same signer' },
  'other-verifier': { needs: ['log', 'certificate'], is: 'the log entry names another certificate' },
  'other-log': { needs: ['log'], is: 'the log is not a trusted one' },
  'wrong-promise': { needs: ['promise'], is: 'the signed entry timestamp is over another time' },
  'no-promise': { needs: ['needed promise'], is: 'the log entry has no signed entry timestamp' },
  'wrong-checkpoint': { needs: ['log'], is: 'the signature of the checkpoint is forged' },
  'wrong-root': { needs: ['log'], is: 'the checkpoint is of another tree' },
  'wrong-proof': { needs: ['log'], is: 'a hash of the inclusion proof is wrong' },
  'no-proof': { needs: ['needed proof'], is: 'the log entry has no inclusion proof' },
  'log-clock-skew': { needs: ['promise', 'certificate'], is: 'the clock of the log is an hour ahead' },
  'wrong-imprint': { needs: ['timestamp'], is: 'the timestamp is of another signature' },
  'forged-timestamp': { needs: ['timestamp'], is: 'the signature of the timestamp is forged' },
  'other-timestamp-authority': { needs: ['timestamp'], is: 'the timestamp authority is not a trusted one' },
  'timestamp-clock-skew': {
    needs: ['timestamp', 'certificate'],
    is: 'the clock of the timestamp authority is an hour ahead',
  },
} as const satisfies Record<string, { readonly needs: readonly Part[]; readonly is: string }>;

/** One way of being wrong. */
export type Fault = keyof typeof faults;

/** All faults that a signature with these parts can have. */
export function faultsOf(parts: ReadonlySet<Part>): readonly Fault[] {
  // The keys of an object lose their type.
  return (Object.keys(faults) as Fault[]).filter((fault) => faults[fault].needs.every((part) => parts.has(part)));
}
