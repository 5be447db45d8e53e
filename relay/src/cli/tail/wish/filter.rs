//! The grammar's parameters as flags, made from the grammar itself.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use crate::{
    config::doc_of_view_key,
    views::grammar::{FLAGS, LISTS, NUMBERS},
};

/// What was given as flags, as the grammar's parameters. Lists take commas and may be given several times.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter(pub(super) Vec<(String, String)>);

fn flag(name: &'static str) -> Arg {
    let flag = Arg::new(name).long(name.replace('_', "-"));
    flag.help(doc_of_view_key(name)).help_heading("Filters")
}

impl Args for Filter {
    fn augment_args(command: Command) -> Command {
        let lists = LISTS.map(|it| {
            let list = flag(it).action(ArgAction::Append).value_delimiter(',');
            list.value_name("A,B")
        });
        let flags = FLAGS.map(|it| flag(it).action(ArgAction::SetTrue));
        let numbers = NUMBERS.map(|it| {
            let number = flag(it).value_parser(value_parser!(u32));
            number.value_name("NUMBER")
        });
        command.args(lists).args(flags).args(numbers)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Filter {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut filter = Self::default();
        filter.update_from_arg_matches(matches)?;
        Ok(filter)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for name in LISTS {
            let values = matches.get_many::<String>(name).into_iter().flatten();
            let pairs = values.map(|it| (format!("{name}[]"), it.clone()));
            self.0.extend(pairs);
        }
        for name in FLAGS.into_iter().filter(|it| matches.get_flag(it)) {
            self.0.push((name.to_owned(), "true".to_owned()));
        }
        for name in NUMBERS {
            let number = matches.get_one::<u32>(name);
            self.0
                .extend(number.map(|it| (name.to_owned(), it.to_string())));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What these flags ask for.
    pub(in super::super) fn flags(given: &[&str]) -> Filter {
        let command = Filter::augment_args(Command::new("tail").no_binary_name(true));
        let matches = command.try_get_matches_from(given).unwrap();
        Filter::from_arg_matches(&matches).unwrap()
    }

    #[test]
    fn every_parameter_is_a_flag_with_a_word_about_it() {
        for name in LISTS.into_iter().chain(FLAGS).chain(NUMBERS) {
            assert!(doc_of_view_key(name).is_some(), "{name}");
        }
        let given = flags(&[
            "--not-servers",
            "a.example",
            "--min-reblogs",
            "3",
            "--local",
        ]);
        let pairs: Vec<(&str, &str)> = given.0.iter().map(|(name, it)| (&**name, &**it)).collect();
        let expected = [
            ("not_servers[]", "a.example"),
            ("local", "true"),
            ("min_reblogs", "3"),
        ];
        assert_eq!(pairs, expected);
    }
}
