import { ChevronDown } from "lucide-react";
import {
  Select as AriaSelect,
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from "react-aria-components";
import styles from "./Field.module.css";

interface FieldProps extends Omit<TextFieldProps, "className" | "style" | "children"> {
  label: string;
  /** Says below it how to fill it in. */
  hint?: string;
  error?: string | undefined;
  placeholder?: string;
  rows?: number;
}

/** One value to type; with `rows`, a longer text. */
export function Field({ label, hint, error, placeholder, rows, ...rest }: FieldProps) {
  return (
    <TextField validationBehavior="aria" {...rest} isInvalid={Boolean(error)} className={styles.field ?? ""}>
      <Label>{label}</Label>
      {rows ? <TextArea rows={rows} placeholder={placeholder} /> : <Input placeholder={placeholder} />}
      {hint && <Text slot="description">{hint}</Text>}
      <FieldError>{error}</FieldError>
    </TextField>
  );
}

interface ChoiceProps<Key extends string> {
  label: string;
  value: Key;
  options: readonly { key: Key; name: string }[];
  onChange: (key: Key) => void;
}

/** One of a few. */
export function Choice<Key extends string>({ label, value, options, onChange }: ChoiceProps<Key>) {
  return (
    <AriaSelect value={value} onChange={(key) => key !== null && onChange(key as Key)} className={styles.field ?? ""}>
      <Label>{label}</Label>
      <Button className={styles.select ?? ""}>
        <SelectValue />
        <ChevronDown size={16} aria-hidden />
      </Button>
      <Popover className={styles.popover ?? ""}>
        <ListBox className={styles.list ?? ""}>
          {options.map(({ key, name }) => (
            <ListBoxItem key={key} id={key} className={styles.option ?? ""}>
              {name}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
