import fluent from 'fluent-ffmpeg'

/** What is read, with the options that stand before it: an order that keeps a hostile file in. */
export type Input = { source: string; options: string[] }
/** What is written, with the options that stand before it. */
export type Output = { target: string; options: string[] }
/** One run of ffmpeg; `graph`: filters over all inputs, whose ends the outputs name. */
export type Command = { inputs: Input[]; graph?: string; outputs: Output[] }

/** The arguments in ffmpeg's order. fluent-ffmpeg does nothing but put them in order: `processes.ts` runs them. */
export function argumentsOf({ inputs, graph, outputs }: Command): string[] {
  // Without one it looks for a folder of its own, which there is not in a bundled program.
  const command = fluent({ presets: 'none' })
  for (const { source, options } of inputs) {
    command.input(source)
    if (options.length > 0) command.inputOptions(...options)
  }
  if (graph) command.complexFilter(graph)
  for (const { target, options } of outputs) command.output(target).outputOptions(...options)
  return command._getArguments()
}
