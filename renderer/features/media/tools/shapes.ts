/** Width through height. */
export const shapes = { '9:16': 9 / 16, '4:5': 4 / 5, '1:1': 1, '16:9': 16 / 9 } as const
export type Shape = keyof typeof shapes
