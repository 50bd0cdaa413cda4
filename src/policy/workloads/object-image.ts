/** An image that a Kubernetes object names. */
export interface ObjectImage {
  /** Where the pod has it; `custom` for a place that somebody configured. */
  readonly list: 'containers' | 'initContainers' | 'ephemeralContainers' | 'volumes' | 'custom';
  /** Name of the container or volume; empty if it has none. */
  readonly name: string;
  /**
   * The reference as it is written, not checked. Empty where there should be one and is no text: no reference is empty, so that whoever
   * reads it refuses it.
   */
  readonly image: string;
  /** Where the text stands in the object, as a JSON pointer. */
  readonly pointer: string;
}
