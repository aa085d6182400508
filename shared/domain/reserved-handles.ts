/** Words that no handle may be or look like: our own addresses, roles that people trust, and words that read as nobody. */
export const reservedHandles = `
about abuse account accounts admin administrator all anonymous api app apps assets atom auth billing blob blobs blog
calendar community communities contact creator creators dashboard delete discover docs download earnings edit editor
embed error everyone explore favicon feed feedback feeds ftp grover groverapp groverstudio guest guests handle health
help here hostmaster image images index info internal invite json legal live login logout mail mailer-daemon me media
member members message messages metrics mod moderation moderator new news nobody none noreply no-reply notification
notifications null official oauth oidc operator owner page pages password pay payment payments payout payouts ping
plan policy post postmaster posts press pricing privacy profile public ready register reset robots root rss rules
safety search security server session sessions settings share sign-in sign-out sign-up signin signout signup site
sitemap space spaces staff static status stories story stream studio subscribe super superuser support sync sysadmin
system tag tags team terms test token tos trending true trust undefined update user users verified verify viewer
webhook webhooks webmaster welcome www you
`
  .trim()
  .split(/\s+/)
