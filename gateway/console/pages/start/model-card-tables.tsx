import { Interval } from '../../components/interval.tsx'
import { Table } from '../../components/table.tsx'
import type { Texts } from '../../texts/texts.ts'
import { differencePoints, modelCard } from './model-card.ts'

/** The model card's tables, never without the interval and the note that 22 items are few. */
export function ModelCardTables({ t }: { t: Texts }) {
  const { tables } = t.start
  return (
    <section class="section" aria-labelledby="tables">
      <h2 id="tables">{tables.title}</h2>
      <p class="narrow soft">{tables.lead}</p>
      <p class="notice careful">{tables.caveat}</p>
      <Table label={tables.diffCaption}>
        <caption>{tables.diffCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{tables.model}</th>
            <th scope="col" class="number">
              {tables.wrong}
            </th>
            <th scope="col" class="number">
              {tables.score}
            </th>
            {differencePoints.map((points) => (
              <th scope="col" class="number">
                {tables.difference(points)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {modelCard.map((row) => (
            <tr>
              <th scope="row" class="nowrap">
                {row.model}
              </th>
              <td class="number">{row.wrong}</td>
              <td class="number">
                <Interval share={row.score} interval={[...row.scoreInterval]} />
              </td>
              {row.differences.map((count) => (
                <td class="number">{count}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      <Table label={tables.accuracyCaption}>
        <caption>{tables.accuracyCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{tables.model}</th>
            <th scope="col" class="number">
              {tables.accuracy}
            </th>
            {modelCard[0].right.map((_, label) => (
              <th scope="col" class="number">
                {tables.label(label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {modelCard.map((row) => (
            <tr>
              <th scope="row" class="nowrap">
                {row.model}
              </th>
              <td class="number">
                <Interval share={row.accuracy} interval={[...row.accuracyInterval]} />
              </td>
              {row.right.map((count) => (
                <td class={count === 0 ? 'number soft' : 'number'}>{count}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  )
}
