//! The objectives themselves.

macro_rules! primal {
    ($name:ident, $objective:path, $given:ty) => {
        mod $name {
            use objectives::Call;

            #[unsafe(export_name = concat!(stringify!($name), "_primal"))]
            extern "C" fn primal(call: &Call) {
                // SAFETY: the harness gives each objective its own constants.
                let given = unsafe { &*call.given.cast::<$given>() };
                $objective(given, call.x(), call.y());
            }
        }
    };
}

objectives::for_each_objective!(primal);
