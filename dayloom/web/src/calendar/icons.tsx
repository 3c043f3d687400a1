import {
  CalendarCheck,
  CalendarDays,
  CircleCheck,
  CircleX,
  Clock4,
  Footprints,
  HelpCircle,
  Lock,
  Puzzle,
  Repeat2,
  Sparkles,
  TriangleAlert,
} from "lucide-react";

export const ICON_OF = {
  event: CalendarDays,
  applied: CalendarCheck,
  suggested: Sparkles,
  proposed: HelpCircle,
  ghost: Footprints,
  locked: Lock,
  part: Puzzle,
  repeats: Repeat2,
  overdue: TriangleAlert,
  late: TriangleAlert,
  risk: TriangleAlert,
  recent: Clock4,
  done: CircleCheck,
  refused: CircleX,
  asked: HelpCircle,
};

export type IconName = keyof typeof ICON_OF;

export function iconId(name: IconName): string {
  return `entry-icon-${name}`;
}

/** Each icon once, unseen, for entries to copy: they are drawn outside of React. */
export function Icons() {
  return (
    <div hidden>
      {(Object.keys(ICON_OF) as IconName[]).map((name) => {
        const Icon = ICON_OF[name];
        return <Icon key={name} id={iconId(name)} size={14} aria-hidden />;
      })}
    </div>
  );
}
