interface ChoiceFilterProps {
  name: string
  label: string
  button: string
  /** Value and text of each choice. */
  choices: [string, string][]
  chosen: string
}

/** One thing to choose a list by. */
export function ChoiceFilter({ name, label, button, choices, chosen }: ChoiceFilterProps) {
  return (
    <form class="row filters" method="get">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {choices.map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
      <button class="button compact" type="submit">
        {button}
      </button>
    </form>
  )
}
