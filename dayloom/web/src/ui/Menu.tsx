import type { LucideIcon } from "lucide-react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { IconButton } from "./Button";
import styles from "./Field.module.css";

interface MenuProps {
  icon: LucideIcon;
  label: string;
  items: readonly { key: string; name: string; act: () => void }[];
}

/** What else can be done with something, behind one button. */
export function Menu({ icon, label, items }: MenuProps) {
  return (
    <MenuTrigger>
      <IconButton icon={icon} label={label} />
      <Popover className={styles.popover ?? ""} placement="bottom end">
        <AriaMenu className={styles.list ?? ""} onAction={(key) => items.find((item) => item.key === key)?.act()}>
          {items.map(({ key, name }) => (
            <MenuItem key={key} id={key} className={styles.option ?? ""}>
              {name}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
