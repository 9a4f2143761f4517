use std::time::Instant;
fn main() {
    for _ in 0..3 {
        let t = Instant::now();
        let files = carnet::rule::shipped::files();
        println!("files {:?}", t.elapsed());
        let t = Instant::now();
        let mut sources = carnet::source::SourceMap::new();
        let (set, _) = carnet::rule::compile(&files, &Default::default(), &mut sources);
        println!(
            "compile {:?} rules {}",
            t.elapsed(),
            set.packs.iter().map(|p| p.rules.len()).sum::<usize>()
        );
        let t = Instant::now();
        let ok = carnet::vocabulary::schema::validator("transfer-proposal/1").is_some();
        println!("validator {:?} {ok}", t.elapsed());
        let bytes = std::fs::read("/work/shared/proposal/minimal.json").unwrap();
        let t = Instant::now();
        let mut run = carnet::check::Run::new(
            &set,
            carnet::engine::CheckOptions::new(jiff::civil::date(2026, 11, 22)),
            &carnet::check::NoDocuments,
            sources,
        );
        run.check_bytes("m.json", &bytes, carnet::check::Origin::Named);
        println!("check {:?}", t.elapsed());
        let t = Instant::now();
        let re = regex::Regex::new("(?i)globalcbpr\\.org");
        println!("regex {:?} {}", t.elapsed(), re.is_ok());
    }
}
