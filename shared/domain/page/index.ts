export { type Html, html, plainLine, trusted } from '../html.ts'
export { defaultHue } from './hue.ts'
export { renderListPage } from './list-page.ts'
export type {
  ListPageModel,
  MediaEnclosure,
  PageCreator,
  PageLink,
  PagePicture,
  PagePost,
  PageSite,
  PostPageModel,
  Theme,
} from './model.ts'
export { creatorPath, excerptOf, postPath, tagPath } from './model.ts'
export { type Notice, renderLandingPage, renderNoticePage } from './notice-page.ts'
export { renderPostPage } from './post-page.ts'
export { canonicalLanguage, directionOf, wordsFor } from './words.ts'
