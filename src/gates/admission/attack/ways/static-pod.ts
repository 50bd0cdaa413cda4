import { untested, type Way } from '#gates/admission/attack/way.ts';

/** Static pods, and pulls by containerd itself. */
export const staticPod: Way = {
  number: 26,
  name: 'static-pod',
  what: 'start a pod without the API server',
  attack: () => Promise.resolve(untested('no API server is asked: use the gate of containerd on the nodes')),
};
