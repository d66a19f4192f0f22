//! Statements that write a row: each column stands beside its value, and the text is made when the
//! program is compiled.

/// Inserts a row and returns its id: `insert!(tx, "variants", { "product_id": id, "price": 5 })?`.
macro_rules! insert {
    ($tx:expr, $table:literal, { $($column:literal: $value:expr),+ $(,)? }) => {
        $crate::store::engine::statements::numbered!(
            (insert insert, $tx, $table, []) $({ $column, $value })+
        )
    };
}

/// Inserts a row of a table that has no `id`, or one whose `id` is known. A column whose value the
/// file knows follows the others: `insert_row!(tx, "a", { "b": 1 }, "c" = "(select … $1)")?`.
macro_rules! insert_row {
    ($tx:expr, $table:literal, { $($column:literal: $value:expr),+ $(,)? }
        $(, $known:literal = $as_it_stands:literal)?) => {
        $crate::store::engine::statements::numbered!(
            (insert execute, $tx, $table, [$($known, $as_it_stands)?]) $({ $column, $value })+
        )
        .map(drop)
    };
}

/// Changes the row of an id and returns how many rows that were; what follows the columns is
/// written as it stands: `update!(tx, "orders", id, { "note": note }, "version = version + 1")?`.
macro_rules! update {
    ($tx:expr, $table:literal, $id:expr, { $($column:literal: $value:expr),+ $(,)? }
        $(, $as_it_stands:literal)?) => {
        $crate::store::engine::statements::numbered!(
            (update $tx, $table, $id, [$(", ", $as_it_stands)?]) $({ $column, $value })+
        )
    };
}

/// Gives the columns of a statement their numbers, one after the other.
macro_rules! numbered {
    (@number $what:tt [$n:literal $($numbers:literal)*] [$($done:tt)*]
        { $column:literal, $value:expr } $($left:tt)*) => {
        $crate::store::engine::statements::numbered!(
            @number $what [$($numbers)*] [$($done)* { $n, $column, $value }] $($left)*
        )
    };
    (@number (insert $run:ident, $tx:expr, $table:literal, [$($known:literal, $end:literal)?])
        [$($unused:literal)*]
        [{ $n:literal, $column:literal, $value:expr }
            $({ $ns:literal, $columns:literal, $values:expr })*]) => {
        $tx.$run(
            concat!(
                "insert into ", $table, " (", $column, $(", ", $columns,)* $(", ", $known,)?
                ") values ($", $n, $(", $", $ns,)* $(", ", $end,)? ")"
            ),
            &[&$value, $(&$values),*],
        )
    };
    (@number (update $tx:expr, $table:literal, $id:expr, [$($end:literal),*])
        [$last:literal $($unused:literal)*]
        [{ $n:literal, $column:literal, $value:expr }
            $({ $ns:literal, $columns:literal, $values:expr })*]) => {
        $tx.execute(
            concat!(
                "update ", $table, " set ", $column, " = $", $n,
                $(", ", $columns, " = $", $ns,)* $($end,)* " where id = $", $last
            ),
            &[&$value, $(&$values,)* &$id],
        )
    };
    ($what:tt $($columns:tt)+) => {
        $crate::store::engine::statements::numbered!(
            @number $what
            [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
                31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50]
            [] $($columns)+
        )
    };
}

pub(crate) use {insert, insert_row, numbered, update};
