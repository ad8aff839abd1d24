// Slack's {date} and {time}, in the reader's zone and language.
export function formatDate(instant, format, world) {
  const day = (options) => new Intl.DateTimeFormat(world.locale, { timeZone: world.zone, ...options }).format(instant);
  const long = { year: "numeric", month: "long", day: "numeric" };
  const short = { year: "numeric", month: "short", day: "numeric" };
  const whole = { ...long, weekday: "long" };
  const tokens = {
    date_num: () => new Intl.DateTimeFormat("en-CA", { timeZone: world.zone }).format(instant),
    date_slash: () => day({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => day(long), date_short: () => day(short), date_long: () => day(whole),
    date_pretty: () => near(instant, world) ?? day(long),
    date_short_pretty: () => near(instant, world) ?? day(short),
    date_long_pretty: () => near(instant, world) ?? day(whole),
    time: () => day({ hour: "numeric", minute: "2-digit" }),
    time_secs: () => day({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(instant, world),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) => tokens[name]?.() ?? whole);
}

const dayOf = (instant, zone) => Date.parse(new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(instant));

// near is yesterday, today or tomorrow, by the reader's calendar.
function near(instant, world) {
  const days = (dayOf(instant, world.zone) - dayOf(world.now(), world.zone)) / 86_400_000;
  return Math.abs(days) <= 1 ? new Intl.RelativeTimeFormat(world.locale, { numeric: "auto" }).format(days, "day") : undefined;
}

function ago(instant, world) {
  const seconds = Math.round((instant - world.now()) / 1000);
  const words = new Intl.RelativeTimeFormat(world.locale, { numeric: "auto" });
  for (const [unit, size] of [["day", 86_400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(seconds, "second");
}

// clockTime is a time of day in the reader's zone.
export function clockTime(instant, world, seconds = false) {
  return new Intl.DateTimeFormat(world.locale, { timeZone: world.zone, hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) }).format(instant);
}
