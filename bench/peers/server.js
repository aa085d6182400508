// PouchDB behind express-pouchdb, on leveldb in the given folder. Prints its address once it listens.
import { createServer } from 'node:http'
import { sep } from 'node:path'
import expressPouchdb from 'express-pouchdb'
import PouchDB from 'pouchdb'

const folder = process.argv[2]
const options = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: `${folder}${sep}log.txt` }
const server = createServer(expressPouchdb(PouchDB.defaults({ prefix: folder + sep }), options))
server.listen(0, '127.0.0.1', () => console.log(`server  http://127.0.0.1:${server.address().port}`))
