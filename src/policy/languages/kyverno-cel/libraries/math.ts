import { fn, type Library } from '#policy/cel/function.ts';
import { double, int } from '#policy/cel/type.ts';

/** `math.round(x, digits)`. */
export const math: Library = {
  name: 'rounding',
  functions: [
    fn('math.round', [double, int], double, (value, digits) => {
      const shift = 10 ** Number(digits);
      return (Math.sign(value) * Math.round(Math.abs(value) * shift)) / shift;
    }),
  ],
};
