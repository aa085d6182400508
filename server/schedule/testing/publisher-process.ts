import { connect, startPublishing } from './server.ts'

/** A publisher in a process of its own, to be killed. Its database and timing come from the environment. */
const connections = connect(JSON.parse(process.env.TEST_DATABASE ?? '{}'), () => {})
const server = await startPublishing(connections, {
  dataDir: process.env.TEST_DATA ?? '',
  timing: JSON.parse(process.env.TEST_TIMING ?? '{}'),
})
await server.publishing.start()
process.send?.('ready')
process.once('disconnect', () => process.exit(0))
