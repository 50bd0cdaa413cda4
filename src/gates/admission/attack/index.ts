import type { Way } from './way.ts';
import { alias } from './ways/alias.ts';
import { attestationOfAnybody } from './ways/attestation-of-anybody.ts';
import { beingDeleted } from './ways/being-deleted.ts';
import { certificateWithoutName } from './ways/certificate-without-name.ts';
import { editedConfiguration } from './ways/edited-configuration.ts';
import { ephemeralContainer } from './ways/ephemeral-container.ts';
import { exception } from './ways/exception.ts';
import { exemptPlace } from './ways/exempt-place.ts';
import { forgedAnnotation } from './ways/forged-annotation.ts';
import { forgedOwner } from './ways/forged-owner.ts';
import { imageVolume } from './ways/image-volume.ts';
import { indexOrPlatform } from './ways/index-or-platform.ts';
import { innerAddress } from './ways/inner-address.ts';
import { keyTwice } from './ways/key-twice.ts';
import { laterWebhook } from './ways/later-webhook.ts';
import { nameThatStartsAlike } from './ways/name-that-starts-alike.ts';
import { namespaceLabel } from './ways/namespace-label.ts';
import { oldImage } from './ways/old-image.ts';
import { otherSubject } from './ways/other-subject.ts';
import { otherVersion } from './ways/other-version.ts';
import { oversizedAnswer } from './ways/oversized-answer.ts';
import { podUpdate } from './ways/pod-update.ts';
import { poisonedDenial } from './ways/poisoned-denial.ts';
import { preloadedImage } from './ways/preloaded-image.ts';
import { staticPod } from './ways/static-pod.ts';
import { subresource } from './ways/subresource.ts';
import { tagMovedBetween } from './ways/tag-moved-between.ts';
import { tagMovedLater } from './ways/tag-moved-later.ts';
import { timeRunsOut } from './ways/time-runs-out.ts';
import { unlistedKind } from './ways/unlisted-kind.ts';

/** Every way there is, by their numbers. To add one, write its file and name it here. */
export const ways: readonly Way[] = [
  tagMovedLater,
  tagMovedBetween,
  imageVolume,
  ephemeralContainer,
  podUpdate,
  forgedAnnotation,
  laterWebhook,
  alias,
  namespaceLabel,
  exemptPlace,
  unlistedKind,
  subresource,
  beingDeleted,
  timeRunsOut,
  nameThatStartsAlike,
  certificateWithoutName,
  attestationOfAnybody,
  otherSubject,
  indexOrPlatform,
  otherVersion,
  exception,
  innerAddress,
  oversizedAnswer,
  oldImage,
  preloadedImage,
  staticPod,
  forgedOwner,
  poisonedDenial,
  keyTwice,
  editedConfiguration,
];
