import { expect, test } from 'vitest'
import { argumentsOf } from './command.ts'

test('options stand before what they are for, and stay whole', () => {
  expect(
    argumentsOf({
      inputs: [
        { source: 'file:a b', options: ['-ss', '1', '-format_whitelist', 'mov,mp4'] },
        { source: 'pipe:0', options: [] },
      ],
      graph: '[0:v]scale=2:2,format=yuv420p[out]',
      outputs: [
        { target: 'one.mp4', options: ['-map', '[out]', '-metadata', 'title=a b'] },
        { target: '-', options: ['-f', 'null'] },
      ],
    }),
  ).toEqual([
    ...['-ss', '1', '-format_whitelist', 'mov,mp4', '-i', 'file:a b', '-i', 'pipe:0'],
    ...['-y', '-filter_complex', '[0:v]scale=2:2,format=yuv420p[out]'],
    ...['-map', '[out]', '-metadata', 'title=a b', 'one.mp4', '-f', 'null', '-'],
  ])
})
