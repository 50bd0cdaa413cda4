import type { Judge } from '#gates/judge.ts';
import { askAbout, type AdmissionRequest, type Question } from '#policy/question.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import type { ImagePath } from '#policy/workloads/image-path.ts';

/** The gate of one cluster. */
export interface Gate {
  readonly judge: Judge;
  /** What policies call the cluster. */
  readonly cluster?: string;
  /** Where objects of other kinds than Kubernetes' own name images. */
  readonly imagePaths: readonly ImagePath[];
  /** In which language people are told why; English by default. */
  readonly language?: SpokenLanguage;
}

/**
 * What is asked of the policies. The namespace is that of the request, which an object cannot choose; an object that is being
 * deleted is asked about like any other.
 */
export function questionOf(request: AdmissionRequest, { cluster, imagePaths }: Gate): Question {
  const { namespace } = request;
  return askAbout(
    request,
    {
      gate: 'admission',
      ...(cluster === undefined ? {} : { cluster }),
      ...(namespace === '' ? {} : { namespace }),
    },
    imagePaths,
  );
}
