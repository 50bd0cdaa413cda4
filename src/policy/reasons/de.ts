import type { Catalogue, Words } from './catalogue.ts';

/** The sentences in German. */
export const german: Catalogue = {
  passed: { sentence: () => 'Es ist, wie die Regel es will.' },
  'not-applicable': { sentence: () => 'Die Regel betrifft dies nicht.' },
  'reference-invalid': {
    sentence: (w) => `„${w('image')}“ ist kein Name eines Images: ${w('problem')}.`,
    cure: () => 'als REGISTRY/NAME:TAG@DIGEST schreiben',
  },
  'image-unavailable': {
    sentence: (w) => `Das Image ist dort, wo sein Name hinzeigt, nicht zu finden: ${w('problem')}.`,
    cure: (w) => w('hint') || 'Namen und Tag prüfen, und ob das Image hochgeladen wurde',
  },
  'not-pinned': {
    sentence: (w) => `${w('image')} hat keinen Digest; niemand kann sagen, welches Image morgen läuft.`,
    cure: () => 'bulla pin DATEI schreibt den Digest in die Datei',
  },
  'registry-not-allowed': {
    sentence: (w) => `Images von ${w('image')} sind hier nicht erlaubt (${w('patterns')}).`,
    cure: () => 'das Image in eine erlaubte Registry bringen: bulla promote',
  },
  'base-image-not-allowed': {
    sentence: (w) => `${w('image')} baut auf ${w('base')} auf; das ist nicht erlaubt oder nicht nachweisbar.`,
    cure: () => 'auf einer erlaubten Basis bauen und sie in org.opencontainers.image.base.name und .digest angeben',
  },
  'image-too-old': {
    sentence: (w) => `${w('image')} wurde vor ${w('days')} Tagen gebaut; erlaubt sind höchstens ${w('limit')}.`,
    cure: () => 'neu bauen, damit es die Korrekturen seiner Basis erhält',
  },
  'age-unknown': {
    sentence: (w) => `${w('image')} sagt nicht, wann es gebaut wurde, oder nennt ein unmögliches Datum.`,
    cure: () => 'mit Datum bauen: SOURCE_DATE_EPOCH',
  },
  'configuration-refused': {
    sentence: (w) => `${w('image')} ist so eingestellt, wie es nicht erlaubt ist: ${w('problem')}.`,
    cure: () => 'die Einstellung im Dockerfile ändern',
  },
  unsigned: {
    sentence: (w) => `Niemand hat ${w('image')} signiert; die Richtlinie will wissen, wer dafür einsteht.`,
    cure: (w) => `bulla sign ${w('image')}`,
  },
  'signature-refused': {
    sentence: (w) => `${w('image')} ist signiert, aber keiner Signatur glaubt die Richtlinie: ${w('refusals')}.`,
    cure: (w) => `bulla verify ${w('image')} zeigt jede Signatur und was hilft`,
  },
  'signers-too-few': {
    sentence: (w) => `Erst ${w('found')} von ${w('needed')} Unterzeichnern haben ${w('image')} signiert.`,
    cure: (w) => `von einem weiteren signieren lassen: bulla sign ${w('image')}`,
  },
  'attestation-missing': {
    sentence: (w) => `Zu ${w('image')} gibt es keine signierte Aussage der Art ${w('type')}.`,
    cure: (w) => `bulla attest --type ${w('type')} ${w('image')}`,
  },
  'attestation-refused': {
    sentence: (w) => `Einer Aussage der Art ${w('type')} über ${w('image')} wird nicht geglaubt: ${w('refusals')}.`,
    cure: (w) => `bulla verify --type ${w('type')} ${w('image')} zeigt, was hilft`,
  },
  'provenance-missing': {
    sentence: (w) => `${w('image')} sagt nicht, wie es gebaut wurde: Eine signierte Herkunft fehlt.`,
    cure: (w) => `vom Build bezeugen lassen: bulla attest --type slsa ${w('image')}`,
  },
  'provenance-refused': {
    sentence: (w) => `Was ${w('image')} über seinen Bau sagt, genügt nicht: ${w('refusals')}.`,
    cure: (w) => `bulla verify --provenance ${w('image')} zeigt jeden Schritt`,
  },
  'evidence-unavailable': {
    sentence: (w) => `Was die Regel wissen muss, ist jetzt nicht zu erfahren: ${w('problem')}.`,
    cure: (w) => w('hint') || 'beheben, was die Meldung nennt, und erneut fragen; unbekannt gilt nie als bestanden',
  },
  'vulnerability-blocked': {
    sentence: (w) => `${flaws(w)} in ${w('image')}, die die Richtlinie sperrt: ${first(w)}${tracked(w)}.`,
    cure,
  },
  'vulnerability-overdue': {
    sentence: (w) => `${flaws(w)} in ${w('image')}, deren Frist abgelaufen ist: ${first(w)}, bis ${w('due')}.`,
    cure,
  },
  'vulnerability-due': {
    sentence: (w) => `${flaws(w)} in ${w('image')}, zu beheben${until(w)}: ${first(w)}.`,
    cure,
  },
  'vulnerability-undetermined': {
    sentence: (w) =>
      `${flaws(w)} in ${w('image')}, von denen nicht bekannt ist, wie schwer oder wie alt sie sind: ${first(w)}.`,
    cure: () => 'ansehen und in der Richtlinie eine Zeile dafür vorsehen',
  },
  'malware-found': {
    sentence: (w) => `${w('image')} enthält ein Paket, das als bösartig bekannt ist: ${first(w)}.`,
    cure: () => 'nicht ausführen; das Paket entfernen und prüfen, was es dort getan hat, wo gebaut wurde',
  },
  'secret-found': {
    sentence: (w) => `${w('image')} enthält ein Geheimnis, das jeder lesen kann, der es bezieht: ${w('first')}.`,
    cure: () => 'das Geheimnis zurückziehen und ohne es bauen',
  },
  'license-not-allowed': {
    sentence: (w) =>
      `${packages(w)} in ${w('image')} unter einer Lizenz, die nicht erlaubt ist: ${w('package')} (${w('license')}).`,
    cure: () => 'das Paket ersetzen oder seine Lizenz in der Richtlinie erlauben',
  },
  'scan-incomplete': {
    sentence: (w) => `Nicht alles in ${w('image')} konnte angesehen werden: ${w('first')}.`,
    cure: (w) => `bulla scan ${w('image')} zählt auf, was und warum`,
  },
  'scan-too-old': {
    sentence: (w) =>
      `Was über Schwachstellen bekannt ist (${w('feed')}), wurde vor mehr als ${w('limit')} zuletzt geholt.`,
    cure: () => 'bulla db update',
  },
  'manifest-unread': {
    sentence: (w) => `${w('where')} nennt vielleicht Images, die hier niemand lesen kann: ${w('problem')}.`,
    cure: () => 'Vorlagen zuerst ausfüllen: helm template, kustomize build; und prüfen, was herauskommt',
  },
  'manifest-unsigned': {
    sentence: (w) => `${w('object')} trägt nicht das signierte Manifest, das die Richtlinie will: ${w('problem')}.`,
    cure: () => 'das Manifest signieren und das Ergebnis anwenden: kubectl sigstore sign -f FILE --tarball no',
  },
  'manifest-refused': {
    sentence: (w) =>
      `${w('object')} trägt ein signiertes Manifest, das aber nicht genug von denen signiert haben, denen die Richtlinie glaubt: ${w('refusals')}.`,
    cure: () => 'jemanden signieren lassen, den die Richtlinie nennt: kubectl sigstore sign -f FILE --append-signature',
  },
  'manifest-changed': {
    sentence: (w) => `${w('object')} ist nicht, wie das Manifest signiert wurde: ${w('fields')}.`,
    cure: () =>
      'die Änderung zurücknehmen oder das Manifest neu signieren; die Richtlinie kann veränderliche Felder nennen (ignoreFields)',
  },
  'pattern-mismatch': {
    sentence: (w) => `Das Objekt ist nicht so, wie das Muster es will${at(w)}.`,
    cure: () => 'das Feld ändern oder fragen, wer die Richtlinie pflegt',
  },
  'condition-refused': {
    sentence: (w) => `Die Richtlinie lehnt dies ab${at(w)}.`,
    cure: () => 'das Objekt ändern oder fragen, wer die Richtlinie pflegt',
  },
  'expression-false': {
    sentence: (w) => `Der Ausdruck der Richtlinie gilt nicht: ${w('expression')}.`,
    cure: () => 'das Objekt ändern oder fragen, wer die Richtlinie pflegt',
  },
  excepted: { sentence: (w) => `Eine Ausnahme lässt es in ${w('image')} zu.` },
  'policy-failed': {
    sentence: (w) => `Die Richtlinie konnte nicht entscheiden: ${w('problem')}.`,
    cure: () => 'bulla policy lint prüft die Richtlinie',
  },
  'policy-unsupported': {
    sentence: (w) => `Die Richtlinie verlangt, was hier nicht geht: ${w('problem')}.`,
    cure: () => 'docs/policy.md sagt, was geht',
  },
  'no-policy': {
    sentence: (w) => `Keine Richtlinie betrifft ${w('image')}.`,
    cure: () => 'eine Richtlinie dafür schreiben, oder eine für alle Images',
  },
};

function cure(w: Words): string {
  return w('fix') === '' ? `bulla explain ${w('first')} ${w('image')}` : `auf ${w('fix')} oder neuer aktualisieren`;
}

function flaws(w: Words): string {
  return w('count') === '1' ? 'Eine bekannte Schwachstelle' : `${w('count')} bekannte Schwachstellen`;
}

function packages(w: Words): string {
  return w('count') === '1' ? 'Ein Paket' : `${w('count')} Pakete`;
}

function first(w: Words): string {
  const more = Number(w('count')) > 1 ? ' und andere' : '';
  return `${w('first')} in ${w('package')} (${w('severity')})${more}`;
}

function tracked(w: Words): string {
  return w('needsException') === '' ? '' : '; ohne Korrektur braucht es eine Ausnahme';
}

function until(w: Words): string {
  return w('due') === '' ? '' : ` bis ${w('due')}`;
}

function at(w: Words): string {
  return w('path') === '' ? '' : ` bei ${w('path')}`;
}
