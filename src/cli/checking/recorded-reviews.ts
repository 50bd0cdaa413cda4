import { cliError } from '#cli/errors.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { readReview } from '#gates/admission/read-review.ts';
import { askAbout, type Place } from '#policy/question.ts';
import type { ImagePath } from '#policy/workloads/image-path.ts';
import type { CheckSubject } from './check-subjects.ts';

/**
 * Admission reviews that were recorded, one a line, as what they asked.
 * @throws `file-unreadable` for a file that cannot be read, and for a line that is no review: one that is left out would be one that
 * seems to pass
 */
export async function readReviews(
  file: string,
  place: Place,
  imagePaths: readonly ImagePath[],
): Promise<readonly CheckSubject[]> {
  const lines = (await readFileNamed(file)).toString('utf8').split('\n');
  const reviews = lines.map((line, index) => ({ line, number: index + 1 })).filter(({ line }) => line.trim() !== '');
  return reviews.map(({ line, number }) => {
    const review = readReview(Buffer.from(line));
    if (review.kind === 'refused') {
      throw cliError('file-unreadable', `${file}, line ${number} is no admission review`, {
        hint: 'record what the API server sends, one review a line',
      });
    }
    const { request } = review;
    const name = request.name === '' ? '(to be named)' : request.name;
    const question = askAbout(request, { ...place, namespace: request.namespace }, imagePaths);
    return { subject: `${request.operation} ${request.kind.kind}/${name}`, question, outcomes: [] };
  });
}
