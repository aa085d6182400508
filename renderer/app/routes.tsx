import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { planSearch } from '../features/calendar/plan-search.ts'
import { Stopped } from './error-boundary.tsx'
import { Missing } from './missing.tsx'
import { NothingOpen } from './nothing-open.tsx'
import { PostsPane } from './posts-pane.tsx'
import { Root } from './root.tsx'
import { type SettingPage, settingPages, type WelcomeStep, welcomeSteps } from './setting-pages.ts'

/** The studio's addresses. They live behind `#`: both hosts then serve one file and need no rules of their own. */
const root = createRootRoute({ component: Root, notFoundComponent: Missing })

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/posts', replace: true })
  },
})

const posts = createRoute({ getParentRoute: () => root, path: '/posts', component: PostsPane })
const postsIndex = createRoute({ getParentRoute: () => posts, path: '/', component: NothingOpen })
const post = createRoute({
  getParentRoute: () => posts,
  path: '$id',
  component: lazyRouteComponent(() => import('../features/posts/editor-route.tsx')),
})

const plan = createRoute({
  getParentRoute: () => root,
  path: '/plan',
  validateSearch: planSearch,
  component: lazyRouteComponent(() => import('../features/calendar/calendar-route.tsx')),
})

const review = createRoute({
  getParentRoute: () => root,
  path: '/review',
  component: lazyRouteComponent(() => import('../features/review/review-route.tsx')),
})

const aside = createRoute({
  getParentRoute: () => root,
  path: '/aside',
  /** `post`: only what belongs to this one. */
  validateSearch: ({ post }: Record<string, unknown>): { post?: string } => (typeof post === 'string' ? { post } : {}),
  component: lazyRouteComponent(() => import('../features/aside/aside-route.tsx')),
})

const media = createRoute({
  getParentRoute: () => root,
  path: '/media',
  component: lazyRouteComponent(() => import('../features/media/media-route.tsx')),
})
const medium = createRoute({
  getParentRoute: () => root,
  path: '/media/$id',
  component: lazyRouteComponent(() => import('../features/media/detail-route.tsx')),
})

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings/$page',
  params: {
    parse: ({ page }): { page: SettingPage } => ({ page: settingPages.find((each) => each === page) ?? 'account' }),
    stringify: ({ page }) => ({ page }),
  },
  component: lazyRouteComponent(() => import('../features/settings/settings-route.tsx')),
})
const settingsIndex = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$page', params: { page: 'account' }, replace: true })
  },
})

/** Drawn by the root where nobody is signed in; with somebody it leads to their posts. */
const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  validateSearch: (search: Record<string, unknown>): { step?: WelcomeStep } => {
    const step = welcomeSteps.find((each) => each === search.step)
    return step ? { step } : {}
  },
  component: () => null,
})

export const makeRouter = () =>
  createRouter({
    routeTree: root.addChildren([
      index,
      posts.addChildren([postsIndex, post]),
      plan,
      review,
      aside,
      media,
      medium,
      settings,
      settingsIndex,
      welcome,
    ]),
    history: createHashHistory(),
    defaultPreload: 'intent',
    defaultPendingMs: 400,
    defaultErrorComponent: ({ error, reset }) => <Stopped error={error} onRetry={reset} />,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
