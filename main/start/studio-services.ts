/** What the browser host loads once it listens, in one go. */
export { createRouter } from '../router.ts'
export { createServices } from '../services/compose.ts'
