/** The pages of the settings, in the order of their list. */
export const settingPages = [
  'account',
  'profile',
  'publishing',
  'appearance',
  'devices',
  'security',
  'storage',
  'uploads',
  'media',
  'about',
] as const
export type SettingPage = (typeof settingPages)[number]

export const welcomeSteps = ['sign-in', 'sign-up', 'reset'] as const
export type WelcomeStep = (typeof welcomeSteps)[number]
