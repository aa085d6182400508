import type { Version } from '../../shared/collections/versions.ts'
import type { BodyNode } from '../../shared/domain/richtext/index.ts'

/** A sample creator: a small kitchen by the sea that publishes recipes and notes. Everything in it is made up. */
export const demoAccount = {
  email: 'demo@grover.example',
  password: 'saltmarsh-and-samphire',
  name: 'Saltmarsh Kitchen',
  handle: 'saltmarsh',
  bio: 'Cooking from a tidal marsh: what the week brings in, how to keep it, and why it tastes like that. New recipes on Tuesdays and Fridays.',
}

export type DemoPost = {
  title: string
  summary: string
  tags: string[]
  /** Days from now at which it is (or was) to be published; absent for a draft. */
  day?: number
  time?: string
  picture?: { name: string; alt: string; caption: string; hue: number }
  /** Shown where this machine could make it. */
  film?: { kind: 'video' | 'audio'; name: string; alt: string; caption: string }
  body: BodyNode[]
  /** How it came to be, oldest first: what was different, and how long before it was public. */
  versions?: {
    hoursBefore: number
    device: string
    why: Version['why']
    title?: string
    tags?: string[]
    body: BodyNode[]
  }[]
}

const text = (value: string): BodyNode[] =>
  value
    .split(/(\*[^*]+\*)/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('*')
        ? { type: 'text', text: part.slice(1, -1), marks: [{ type: 'italic' }] }
        : { type: 'text', text: part },
    )
const p = (value: string): BodyNode => ({ type: 'paragraph', content: text(value) })
const h2 = (value: string): BodyNode => ({ type: 'heading', attrs: { level: 2 }, content: text(value) })
const quote = (value: string): BodyNode => ({ type: 'blockquote', content: [p(value)] })
const items = (values: string[]): BodyNode[] => values.map((value) => ({ type: 'listItem', content: [p(value)] }))
const ul = (...values: string[]): BodyNode => ({ type: 'bulletList', content: items(values) })
const ol = (...values: string[]): BodyNode => ({ type: 'orderedList', content: items(values) })

export const demoPosts: DemoPost[] = [
  {
    title: 'Samphire, three ways',
    summary: 'The marsh is at its best for about five weeks. Here is how we spend them.',
    tags: ['recipes', 'foraging'],
    day: -33,
    time: '09:00',
    picture: {
      name: 'samphire',
      alt: 'Green samphire stems in low light',
      caption: 'Cut an hour after low tide.',
      hue: 145,
    },
    body: [
      p(
        'Samphire arrives in June, all at once, and it is never as good again as in its first fortnight. Before the stems turn woody they snap like a green bean and taste of the sea without the fish.',
      ),
      h2('Raw, with lemon'),
      p(
        'Wash it twice: once for the sand and once for the sand you missed. Dress it with lemon, no salt, and a very little oil. That is all. *Do not add salt.*',
      ),
      h2('In brown butter'),
      ol(
        'Take the butter past gold until it smells of hazelnuts.',
        'Off the heat, drop in the samphire and turn it for half a minute.',
        'Eat it with eggs, or with a spoon.',
      ),
      h2('Pickled'),
      p(
        'Equal parts cider vinegar and water, a spoon of sugar, a few peppercorns. Pour it on hot, seal, and wait two weeks. It keeps through Christmas.',
      ),
    ],
  },
  {
    title: 'Reading a tide table without a headache',
    summary: 'Two columns matter. The rest is for ships.',
    tags: ['notes', 'foraging'],
    day: -26,
    time: '18:00',
    film: {
      kind: 'audio',
      name: 'Wind on the marsh',
      alt: 'Wind over open water',
      caption: 'What low water sounds like from the sea wall.',
    },
    body: [
      p(
        'A tide table looks like accountancy, but a cook needs only two things from it: the time of low water, and how low.',
      ),
      ul(
        '*Time* tells you when to be out there: arrive ninety minutes before, leave at the turn.',
        '*Height* tells you how far out you can walk. The smaller the number, the better the day.',
      ),
      quote('If you are asking whether there is still time, there is not.'),
      p(
        'Times in printed tables are often not in summer time. Check the small print at the foot of the page before you trust the hour.',
      ),
    ],
  },
  {
    title: 'Mussels for two, in nine minutes',
    summary: 'Cold water, hot pan, no lid until you mean it.',
    tags: ['recipes'],
    day: -19,
    time: '09:00',
    picture: {
      name: 'mussels',
      alt: 'Dark mussel shells in a wide pan',
      caption: 'Throw away the ones that stay shut.',
      hue: 265,
    },
    body: [
      p(
        'The trick with mussels is to do everything before they meet the heat. Once they are in the pan you have three minutes, and none of them are for chopping.',
      ),
      h2('What you need'),
      ul(
        '1 kg mussels, scrubbed',
        '2 shallots, finely sliced',
        'A glass of dry cider',
        'A handful of parsley',
        'Cold butter, the size of a walnut',
      ),
      h2('What you do'),
      ol(
        'Sweat the shallots in a wide pan. Turn the heat right up.',
        'In go the mussels, then the cider, then the lid. Count to 150.',
        'Lid off, butter and parsley in, shake, serve from the pan.',
      ),
      p('Bread is not optional.'),
    ],
    versions: [
      {
        hoursBefore: 74,
        device: 'Phone',
        why: 'edited',
        title: 'Mussels',
        tags: [],
        body: [p('The trick with mussels is to do everything before they meet the heat.'), h2('What you need')],
      },
      {
        hoursBefore: 51,
        device: 'Laptop',
        why: 'edited',
        title: 'Mussels for two',
        body: [
          p(
            'The trick with mussels is to do everything before they meet the heat. Once they are in the pan you have five minutes, and none of them are for chopping.',
          ),
          h2('What you need'),
          ul('2 kg mussels, scrubbed', '2 shallots, finely sliced', 'A glass of dry wine', 'A handful of parsley'),
          h2('What you do'),
          ol('Sweat the shallots in a wide pan.', 'In go the mussels, then the wine, then the lid. Count to 300.'),
          p('Serve them with whatever there is.'),
        ],
      },
      {
        hoursBefore: 50,
        device: 'Laptop',
        why: 'planned',
        title: 'Mussels for two, in ten minutes',
        body: [
          p(
            'The trick with mussels is to do everything before they meet the heat. Once they are in the pan you have three minutes, and none of them are for chopping.',
          ),
          h2('What you need'),
          ul(
            '1 kg mussels, scrubbed',
            '2 shallots, finely sliced',
            'A glass of dry wine',
            'A handful of parsley',
            'Cold butter, the size of a walnut',
          ),
          h2('What you do'),
          ol(
            'Sweat the shallots in a wide pan. Turn the heat right up.',
            'In go the mussels, then the wine, then the lid. Count to 150.',
            'Lid off, butter and parsley in, shake, serve from the pan.',
          ),
          p('Ask nobody to wait: they are best in the first minute.'),
          p('Bread is not optional.'),
        ],
      },
    ],
  },
  {
    title: 'What the new knife changed',
    summary: 'A plain carbon blade, six months on.',
    tags: ['notes', 'tools'],
    day: -12,
    time: '18:00',
    body: [
      p(
        'In spring we retired the heavy steel and bought one plain carbon knife from the smith in the harbour. Six months on, here is what is different.',
      ),
      h2('It is always sharp, because it has to be'),
      p(
        'Carbon tells you when you have neglected it. You wipe it, you dry it, you strop it, and in return it never slips off a tomato.',
      ),
      h2('It has made us slower, and faster'),
      p('Slower to start, as there is a small ritual. Faster at everything after.'),
    ],
  },
  {
    title: 'Smoked potatoes on driftwood',
    summary: 'Only dry, unpainted, untreated wood, and only outdoors.',
    tags: ['recipes', 'fire'],
    day: -5,
    time: '09:00',
    picture: { name: 'fire', alt: 'Embers glowing under an iron grate', caption: 'Wait for white ash.', hue: 45 },
    body: [
      p('The smaller the potato, the more skin, and the skin is where the smoke goes. Marbles are ideal.'),
      ol(
        'Burn the wood down to white ash. Flames are for warming hands.',
        'Toss the potatoes in oil and coarse salt, in an old sieve.',
        'Hang the sieve a hand above the embers, and turn it whenever you remember.',
      ),
      p('Forty minutes. They should look slightly ruined. With sour cream and chives there are never enough.'),
    ],
  },
  {
    title: 'Notes from a flooded kitchen',
    summary: 'What we lost, what floated, and what we do differently now.',
    tags: ['notes'],
    day: -2,
    time: '18:00',
    film: {
      kind: 'video',
      name: 'Water at the back door',
      alt: 'Water spreading slowly over pale stone',
      caption: 'Six in the morning, on its way out.',
    },
    body: [
      p(
        'The spring tide came through the back door at four in the morning, politely, at the height of a shoe. Nobody was hurt, and the sourdough was on a shelf.',
      ),
      p(
        'What we do differently now: nothing that matters lives below the knee; the flour stands on wheels; and the photographs are somewhere else as well.',
      ),
    ],
  },
  {
    title: 'Winter leaves and a warm dressing',
    summary: 'Bitter, sweet, hot, and on the table in ten minutes.',
    tags: ['recipes'],
    day: 1,
    time: '09:00',
    body: [
      p(
        'Chicory, radicchio, the outer leaves of a sprout. They want something hot poured over them, and something sweet to argue with.',
      ),
      ul(
        'A spoon of honey',
        'A spoon of sharp mustard',
        'Cider vinegar',
        'The fat from whatever you have just roasted',
      ),
    ],
  },
  {
    title: 'A stock that tastes of the beach',
    summary: 'Kelp, crab shells, and restraint.',
    tags: ['recipes', 'basics'],
    day: 4,
    time: '09:00',
    picture: { name: 'stock', alt: 'A pot of pale stock on a stove', caption: 'It should barely move.', hue: 80 },
    body: [p('Never let it boil. Twenty minutes at a tremble is enough, and after thirty it tastes of glue.')],
  },
  {
    title: 'Questions from the harbour, answered',
    summary: 'Six of yours, from oysters to oven shelves.',
    tags: ['letters'],
    day: 8,
    time: '18:00',
    body: [
      p(
        'Every second month we answer what you have sent in. Here are six, chosen because somebody in this kitchen disagreed about each.',
      ),
    ],
  },
  {
    title: 'The long table: menu for twelve',
    summary: 'Everything but the fish can be done the day before.',
    tags: ['recipes', 'menus'],
    day: 12,
    time: '09:00',
    body: [p('Cooking for twelve is mostly a matter of oven space and of who brings the chairs.')],
  },
  {
    title: 'Oysters: a beginner’s hour',
    summary: '',
    tags: ['recipes'],
    body: [p('Start with the knife held short, a towel, and nobody watching.'), h2('Opening'), p('Find the hinge.')],
  },
  {
    title: 'Ideas for the spring series',
    summary: '',
    tags: [],
    body: [ul('Nettles before they flower', 'Bread with seawater', 'The first crab', 'A letter about salt')],
  },
]
